/**
 * Gives the memory of bytes that nobody will look at any more back at once. Blocks of MiB that only wait for the collector add up to some
 * 80 MiB, because it counts them late.
 *
 * Shape   `bytes` own their memory alone, as what a decompressor answered does; afterwards they are empty
 */
export function freeMemory(bytes: Uint8Array<ArrayBuffer>): void {
  bytes.buffer.transfer(0);
}
