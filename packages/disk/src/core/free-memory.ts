/**
 * Gives the memory of bytes that nobody will look at any more back at once. Blocks of MiB that only wait for the collector add up to some
 * 80 MiB, because it counts them late.
 *
 * Shape   `bytes` have their memory alone, as what zlib answered of 1 MiB or more: never a slice of the memory that `Buffer` shares among small
 *         ones; afterwards they are empty
 */
export function freeMemory(bytes: Uint8Array<ArrayBuffer>): void {
  bytes.buffer.transfer(0);
}
