/**
 * Writes a 64-bit big-endian integer, with further bits set in its upper half.
 *
 * Shape   `value` is an integer below 2^53; `highBits` are bits of the upper 32
 */
export function writeU64(view: DataView, offset: number, value: number, highBits = 0): void {
  view.setUint32(offset, (Math.floor(value / 0x1_0000_0000) | highBits) >>> 0);
  view.setUint32(offset + 4, value % 0x1_0000_0000);
}
