import { crc32c } from "../detect/crc32c.ts";

/** Checks the CRC-32C at 4 of a structure, which counts its own four bytes as zeros; they are zeros afterwards. */
export function hasCrc32c(bytes: Buffer): boolean {
  const stated = bytes.readUInt32LE(4);
  bytes.writeUInt32LE(0, 4);
  return crc32c(bytes) === stated;
}
