const reflectedPolynomial = 0x82f63b78;
const slices = 8;

/** `table[slice * 256 + byte]`: what a byte does to the checksum after `slice` more bytes have passed. */
const table = buildTable();

function buildTable(): Uint32Array {
  const built = new Uint32Array(slices * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) {
      value = (value & 1) === 1 ? (value >>> 1) ^ reflectedPolynomial : value >>> 1;
    }
    built[byte] = value;
  }
  for (let index = 256; index < built.length; index++) {
    const before = built[index - 256] ?? 0;
    built[index] = (before >>> 8) ^ (built[before & 0xff] ?? 0);
  }
  return built;
}

/**
 * CRC-32C (Castagnoli) of `bytes`, continuing from `previous` (0 at the beginning). Eight bytes a round.
 *
 * Source  RFC 3720, appendix B.4; table method: slicing-by-8
 */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const at = (slice: number, byte: number) => table[slice * 256 + byte] ?? 0;
  const byteAt = (index: number) => bytes[index] ?? 0;
  let crc = ~previous >>> 0;
  let index = 0;
  for (; index + slices <= bytes.length; index += slices) {
    crc ^= byteAt(index) | (byteAt(index + 1) << 8) | (byteAt(index + 2) << 16) | (byteAt(index + 3) << 24);
    crc =
      at(7, crc & 0xff) ^
      at(6, (crc >>> 8) & 0xff) ^
      at(5, (crc >>> 16) & 0xff) ^
      at(4, crc >>> 24) ^
      at(3, byteAt(index + 4)) ^
      at(2, byteAt(index + 5)) ^
      at(1, byteAt(index + 6)) ^
      at(0, byteAt(index + 7));
  }
  for (; index < bytes.length; index++) {
    crc = (crc >>> 8) ^ at(0, (crc ^ byteAt(index)) & 0xff);
  }
  return ~crc >>> 0;
}
