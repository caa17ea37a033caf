const MAGIC = 0xfd2f_b528;
/** Single segment, content size in four bytes, no checksum, no dictionary. */
const DESCRIPTOR = 0xa0;
/** What stands in front of the blocks, and of each block. */
export const FRAME_HEADER_BYTES = 9;
export const BLOCK_HEADER_BYTES = 3;
/** RFC 8878, section 3.1.1.2: no block is longer. */
export const RAW_BLOCK_BYTES = 128 * 1024;

/**
 * Puts bytes that do not shrink into a zstd frame without compressing them.
 *
 * Shape   at most 4 GiB; 9 bytes and 3 for each 128 KiB are added
 * Source  RFC 8878, sections 3.1.1.1 and 3.1.1.2 (raw blocks)
 */
export function rawZstdFrame(content: Uint8Array): Uint8Array {
  const blocks = Math.max(1, Math.ceil(content.length / RAW_BLOCK_BYTES));
  const frame = new Uint8Array(FRAME_HEADER_BYTES + blocks * BLOCK_HEADER_BYTES + content.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, DESCRIPTOR);
  view.setUint32(5, content.length, true);
  let at = FRAME_HEADER_BYTES;
  for (let block = 0; block < blocks; block += 1) {
    const bytes = content.subarray(block * RAW_BLOCK_BYTES, (block + 1) * RAW_BLOCK_BYTES);
    const isLast = block === blocks - 1;
    // Last_Block in bit 0, Block_Type 0 (raw) in bits 1 and 2, Block_Size above.
    const head = bytes.length * 8 + (isLast ? 1 : 0);
    view.setUint16(at, head & 0xffff, true);
    view.setUint8(at + 2, head >> 16);
    frame.set(bytes, at + BLOCK_HEADER_BYTES);
    at += BLOCK_HEADER_BYTES + bytes.length;
  }
  return frame;
}
