/**
 * Reads an unsigned 64-bit little-endian integer as a number.
 *
 * Shape   exact up to 2^53 - 1; above that the nearest number, which is larger than any limit or length it will be compared with
 */
export function readU64Le(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * 0x1_0000_0000 + view.getUint32(offset, true);
}
