import { createHash } from "node:crypto";

/** Spells 16 bytes as a UUID, in the order in which they stand. */
export function formatUuid(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/**
 * Reads a UUID into 16 bytes, in the order in which they are spelled.
 *
 * Throws  RangeError, the caller's mistake
 */
export function parseUuid(text: string): Buffer {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) {
    throw new RangeError(`${text} is not a UUID.`);
  }
  return Buffer.from(text.replaceAll("-", ""), "hex");
}

/**
 * Makes a UUID that follows from what it is made of, so that the same disk gives the same file.
 *
 * Source  RFC 9562, 5.8 (version 8), over a SHA-256
 */
export function deriveUuid(...parts: readonly (string | number)[]): string {
  const bytes = createHash("sha256").update(parts.join("\n")).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return formatUuid(bytes);
}
