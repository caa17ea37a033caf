import { formatUuid, parseUuid } from "../core/uuid.ts";

/** The GUID that says "none". */
export const NO_GUID = "00000000-0000-0000-0000-000000000000";

// The first three groups are little-endian in the file.
const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;

/** Spells the GUID at a place, in lower case and without braces. */
export function readGuid(bytes: Uint8Array, offset: number): string {
  return formatUuid(Uint8Array.from(order, (from) => bytes[offset + from] ?? 0));
}

/** Writes a GUID; throws RangeError when the text is none. */
export function writeGuid(target: Uint8Array, offset: number, text: string): void {
  const spelled = parseUuid(text);
  target.set(
    Uint8Array.from(order, (from) => spelled[from] ?? 0),
    offset,
  );
}
