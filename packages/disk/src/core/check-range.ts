/**
 * Refuses a read that leaves `[0, limitBytes)` before anything is allocated or fetched.
 *
 * Units   bytes
 * Throws  RangeError, the caller's mistake: a length or offset that came from a file is checked against the file first
 */
export function checkRange(offset: number, length: number, limitBytes: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > limitBytes) {
    throw new RangeError(`A read of ${length} bytes at ${offset} leaves the ${limitBytes} bytes there are.`);
  }
}
