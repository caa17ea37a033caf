import { formatUuid, parseUuid } from "../core/uuid.ts";

/** Reads a UUID from a VDI header: the first three fields are little-endian, as VirtualBox shows them. */
export function readVdiUuid(bytes: Uint8Array): string {
  return formatUuid(swapped(bytes));
}

/** Turns a UUID into the 16 bytes of a VDI header. Throws RangeError (not a UUID). */
export function writeVdiUuid(uuid: string): Uint8Array {
  return swapped(parseUuid(uuid));
}

function swapped(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.subarray(0, 4).swap32();
  copy.subarray(4, 8).swap16();
  return copy;
}
