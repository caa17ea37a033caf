import { createHash } from "node:crypto";

/** How a token is kept: its SHA-256, hex. */
export function tokenDigest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
