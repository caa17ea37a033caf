/** Writes a 64-bit little-endian integer; `value` is an integer from 0 to 2^53 - 1. */
export function writeU64Le(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value % 0x1_0000_0000, true);
  view.setUint32(offset + 4, Math.floor(value / 0x1_0000_0000), true);
}
