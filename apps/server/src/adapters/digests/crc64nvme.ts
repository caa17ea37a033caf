const reflectedPolynomial = 0x9a6c9329ac4bc9b5n;
const slices = 8;

/** Upper and lower halves of `table[slice * 256 + byte]`: what a byte does to the checksum after `slice` more bytes have passed. */
const { upper, lower } = buildTables();

function buildTables(): { readonly upper: Uint32Array; readonly lower: Uint32Array } {
  const values: bigint[] = [];
  for (let byte = 0n; byte < 256n; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) {
      value = (value & 1n) === 1n ? (value >> 1n) ^ reflectedPolynomial : value >> 1n;
    }
    values.push(value);
  }
  for (let index = 256; index < slices * 256; index++) {
    const before = values[index - 256] ?? 0n;
    values.push((before >> 8n) ^ (values[Number(before & 0xffn)] ?? 0n));
  }
  return {
    upper: Uint32Array.from(values, (value) => Number(value >> 32n)),
    lower: Uint32Array.from(values, (value) => Number(value & 0xffffffffn)),
  };
}

/** A CRC-64/NVME that is being computed: 64 bits in two halves, since the numbers of the language are exact to 53 bits only. */
export class Crc64Nvme {
  #upper = 0xffffffff;
  #lower = 0xffffffff;

  /** Takes the next bytes, eight a round (slicing-by-8). Source of the parameters: NVM Express NVM command set, "64b CRC". */
  update(bytes: Uint8Array): void {
    const byteAt = (index: number) => bytes[index] ?? 0;
    const wordAt = (index: number) => byteAt(index) | (byteAt(index + 1) << 8) | (byteAt(index + 2) << 16) | (byteAt(index + 3) << 24);
    let high = this.#upper;
    let low = this.#lower;
    let index = 0;
    for (; index + slices <= bytes.length; index += slices) {
      const first = low ^ wordAt(index);
      const second = high ^ wordAt(index + 4);
      high = 0;
      low = 0;
      for (let slice = 0; slice < 4; slice++) {
        const one = (7 - slice) * 256 + ((first >>> (8 * slice)) & 0xff);
        const other = (3 - slice) * 256 + ((second >>> (8 * slice)) & 0xff);
        high ^= (upper[one] ?? 0) ^ (upper[other] ?? 0);
        low ^= (lower[one] ?? 0) ^ (lower[other] ?? 0);
      }
    }
    for (; index < bytes.length; index++) {
      const entry = (low ^ byteAt(index)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (lower[entry] ?? 0);
      high = (high >>> 8) ^ (upper[entry] ?? 0);
    }
    this.#upper = high >>> 0;
    this.#lower = low >>> 0;
  }

  /** 16 hex digits. */
  hex(): string {
    const half = (value: number) => (~value >>> 0).toString(16).padStart(8, "0");
    return half(this.#upper) + half(this.#lower);
  }
}
