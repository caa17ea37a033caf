import { DiskError } from "../core/disk-error.ts";
import { readZstdFrame } from "../qcow2/zstd-frame.ts";
import type { ZstdFrame } from "../qcow2/zstd-frame.ts";
import { damaged } from "../zvhd/damaged.ts";

/** The shortest pieces that a block may be made of, so that it is not a heap of tiny frames. */
export const MIN_FRAME_BYTES = 4096;

/** The widest window accepted: what every zstd decoder should accept, or a whole block, which is needed for the block itself. */
export function maxWindowBytes(blockBytes: number): number {
  return Math.max(8 * 1024 * 1024, blockBytes);
}

/**
 * Checks the zstd frames of a block by their headers, before anything is decompressed: each states its content, and together they have exactly
 * one block of it and nothing besides. Skippable frames are refused, because no writer of this format makes them.
 *
 * Throws  disk.corrupt (no frames, or not of one block), disk.limit (window, number of frames)
 * Source  RFC 8878, section 3: frames one after the other are the concatenation of their contents
 */
export function checkFrames(payload: Uint8Array, blockBytes: number): void {
  // One more, because the disk may end within the last piece, and what is missing of it is a frame of zeros.
  const maxFrames = blockBytes / MIN_FRAME_BYTES + 1;
  let contentBytes = 0;
  let frames = 0;
  for (let at = 0; at < payload.length && contentBytes <= blockBytes; frames += 1) {
    if (frames === maxFrames) {
      throw new DiskError("disk.limit", `It has more than ${maxFrames} zstd frames.`, {
        remedy: "Make the image again with one frame for each block.",
      });
    }
    const frame = readZstdFrame(payload, at);
    contentBytes += statedContent(frame, { at, blockBytes });
    at = frame.end;
  }
  if (contentBytes !== blockBytes) {
    throw damaged(`Its first ${frames} zstd frames state ${contentBytes} bytes of content, and a block has ${blockBytes}.`);
  }
}

function statedContent({ contentBytes, windowBytes }: ZstdFrame, { at, blockBytes }: { at: number; blockBytes: number }): number {
  if (contentBytes === undefined || contentBytes === 0) {
    throw damaged(`Its zstd frame at byte ${at} states ${contentBytes ?? "no"} bytes of content.`);
  }
  if (windowBytes > maxWindowBytes(blockBytes)) {
    const atMost = `at most ${maxWindowBytes(blockBytes)} are accepted`;
    throw new DiskError("disk.limit", `It needs a zstd window of ${windowBytes} bytes; ${atMost}.`, {
      remedy: "Make the image again with a lower compression level.",
    });
  }
  return contentBytes;
}
