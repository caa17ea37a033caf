import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";

const compress = promisify(zstdCompress);

/**
 * Makes zstd frames of zeros that state their size, each length once.
 *
 * Memory  while one is made its zeros; kept are some tens of bytes for each length: about 34 for 512 KiB
 */
export class ZeroFrames {
  readonly #frames = new Map<number, Promise<Uint8Array>>();

  of(lengthBytes: number): Promise<Uint8Array> {
    const made = this.#frames.get(lengthBytes) ?? zeroFrame(lengthBytes);
    this.#frames.set(lengthBytes, made);
    return made;
  }
}

/** By the compressor: old zstd commands (up to 1.4.3) fail on a frame that begins with a block of repeated bytes, which one by hand would. */
async function zeroFrame(lengthBytes: number): Promise<Uint8Array> {
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  return await compress(new Uint8Array(lengthBytes), { pledgedSrcSize: lengthBytes, params });
}
