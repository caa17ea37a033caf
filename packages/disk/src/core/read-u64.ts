/**
 * Reads an unsigned 64-bit big-endian integer as a number.
 *
 * Shape   exact up to 2^53 - 1; above that the nearest number, which is larger than any limit or length it will be compared with
 */
export function readU64(view: DataView, offset: number): number {
  return view.getUint32(offset) * 0x1_0000_0000 + view.getUint32(offset + 4);
}
