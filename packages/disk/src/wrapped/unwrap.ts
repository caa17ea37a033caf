import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip, createZstdDecompress } from "node:zlib";
import type { Gunzip, ZstdDecompress } from "node:zlib";
import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { DetectedFormat } from "../core/disk-format.ts";
import { isZero } from "../core/is-zero.ts";
import { MAX_VIRTUAL_SIZE_BYTES } from "../core/virtual-size.ts";
import { unwrapFailure } from "./unwrap-failure.ts";

/** Single files that were compressed as a whole. */
export type WrapperKind = Extract<DetectedFormat, "gzip" | "xz" | "zstd" | "bzip2">;

/** Ceilings of what comes out. */
export interface UnwrapLimits {
  /** Default 64 TiB, the largest disk there is. */
  readonly maxOutputBytes?: number | undefined;
  /**
   * Bytes out for each byte in, over the whole file. Default 40,000: zeros alone come to 32,500 with zstd (and 1,030 with gzip), and a new disk
   * is nearly all zeros.
   */
  readonly maxRatio?: number | undefined;
}

export interface UnwrapOptions extends ReadOptions, UnwrapLimits {}

/** Compressed bytes that are read at a time, and decompressed ones that come at a time. */
const CHUNK_BYTES = 256 * 1024;

/** What every zstd decoder should accept: `zstd` needs more only with `--long` or `--ultra`. */
const MAX_WINDOW_LOG = 23;

const DEFAULT_MAX_RATIO = 40_000;

/**
 * Unpacks a file that was compressed as a whole, from its first byte to its last. Several members or frames one after the other count as one.
 * The source stays the caller's.
 *
 * Shape   chunks of at most 256 KiB, which may be kept
 * Memory  about 1 MiB, and for zstd a window of at most 8 MiB
 * Throws  disk.unsupported (xz and bzip2), disk.corrupt (damaged, or something follows), disk.truncated, disk.limit (the ceilings, the zstd
 *         window), disk.io, the reason of the signal
 * Source  RFC 1952 (gzip), RFC 8878 (zstd)
 */
export async function* unwrap(source: ByteSource, kind: WrapperKind, options: UnwrapOptions = {}): AsyncGenerator<Uint8Array> {
  const ceilingBytes = Math.min(
    options.maxOutputBytes ?? MAX_VIRTUAL_SIZE_BYTES,
    source.lengthBytes * (options.maxRatio ?? DEFAULT_MAX_RATIO),
  );
  const decoder = createDecoder(kind);
  const feeding = pipeline(Readable.from(chunksOf(source, 0, options)), decoder);
  // Its failures come out of the decoder.
  void Promise.allSettled([feeding]);
  try {
    let outputBytes = 0;
    for await (const chunk of decoder as AsyncIterable<Uint8Array>) {
      outputBytes += chunk.length;
      if (outputBytes > ceilingBytes) {
        throw tooMuch(kind, source.lengthBytes, ceilingBytes);
      }
      yield chunk;
    }
    await refuseRest(source, { kind, from: decoder.bytesWritten }, options);
  } catch (error) {
    throw unwrapFailure(error, kind);
  } finally {
    decoder.destroy();
    await Promise.allSettled([feeding]);
  }
}

function createDecoder(kind: WrapperKind): Gunzip | ZstdDecompress {
  switch (kind) {
    case "gzip":
      return createGunzip({ chunkSize: CHUNK_BYTES });
    case "zstd":
      return createZstdDecompress({ chunkSize: CHUNK_BYTES, params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG } });
    case "xz":
    case "bzip2":
      throw new DiskError("disk.unsupported", `This is a file compressed with ${kind}, which is not unpacked here.`, {
        remedy: `Unpack it with ${kind === "xz" ? "xz -d" : "bzip2 -d"} first, or compress the disk with gzip or zstd.`,
      });
  }
}

async function* chunksOf(source: ByteSource, from: number, options: ReadOptions): AsyncGenerator<Uint8Array> {
  for (let at = from; at < source.lengthBytes; at += CHUNK_BYTES) {
    options.signal?.throwIfAborted();
    yield await source.read(at, Math.min(CHUNK_BYTES, source.lengthBytes - at), options);
  }
}

/** The decoders pass over what follows in silence. Zeros behind gzip are padding, which tapes leave; anything else is refused. */
async function refuseRest(source: ByteSource, rest: { kind: WrapperKind; from: number }, options: ReadOptions): Promise<void> {
  for await (const chunk of chunksOf(source, rest.from, options)) {
    if (rest.kind !== "gzip" || !isZero(chunk)) {
      throw new DiskError(
        "disk.corrupt",
        `The ${rest.kind} data ends at ${rest.from} of ${source.lengthBytes} bytes, and something follows.`,
        {
          remedy: "Copy or upload the file again; if it stays the same, compress the disk again.",
        },
      );
    }
  }
}

function tooMuch(kind: WrapperKind, packedBytes: number, ceilingBytes: number): DiskError {
  return new DiskError(
    "disk.limit",
    `The ${kind} file of ${packedBytes} bytes unpacks to more than the ${ceilingBytes} bytes that are accepted.`,
    {
      remedy: "Unpack it yourself and look at what is in it; if it is what you want, use the unpacked file.",
    },
  );
}
