import { openers } from "@tintype/disk/formats/openers.table.ts";
import type { ReadOptions } from "@tintype/disk/core/byte-source.ts";
import { fillFrom } from "@tintype/disk/core/fill-from.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import type { DiskFormat } from "@tintype/disk/core/disk-format.ts";
import { planRaw } from "@tintype/disk/raw/plan-raw.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import type { BlobId, BlobKey, BlobSize, BlobStore } from "@tintype/store/blob-store.ts";

/** A blob's name made of a number. */
export function blobId(number: number): BlobId {
  // 32 hex digits, as the brand promises.
  return number.toString(16).padStart(32, "0") as BlobId;
}

/** Opens a disk's file. */
export async function openDisk(path: string, format: DiskFormat): Promise<VirtualDisk> {
  const open = await openers[format].load();
  return open(await openLocalFile(path), {});
}

/** Keeps a disk's content in the store as the server does: one read, holes and zeros left out. */
export async function keepDisk(store: BlobStore, id: BlobId, disk: VirtualDisk, key?: BlobKey): Promise<BlobSize> {
  await using writer = await store.create(id, { key });
  const plan = await planRaw(disk);
  for await (const piece of plan.pieces()) {
    await writer.write(piece.offset, piece.bytes);
    piece.release?.();
  }
  return writer.commit({ lengthBytes: disk.virtualSizeBytes });
}

/** A stretch of a disk that reads as another stretch of the same disk does. */
export interface Patch {
  readonly offset: number;
  readonly length: number;
  /** Offset of the other stretch. */
  readonly source: number;
}

/** A disk with some stretches replaced, later ones over earlier ones, all of them where it has data. Needs no memory of its own. */
export function patchedDisk(disk: VirtualDisk, patches: readonly Patch[]): VirtualDisk {
  const readInto = async (target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> => {
    await fillFrom(disk, target, offset, options);
    for (const patch of patches) {
      const from = Math.max(offset, patch.offset);
      const to = Math.min(offset + target.length, patch.offset + patch.length);
      if (from < to) {
        await fillFrom(disk, target.subarray(from - offset, to - offset), patch.source + from - patch.offset, options);
      }
    }
  };
  return {
    format: disk.format,
    virtualSizeBytes: disk.virtualSizeBytes,
    sectorSizeBytes: disk.sectorSizeBytes,
    warnings: disk.warnings,
    details: disk.details,
    extents: (options) => disk.extents(options),
    readInto,
    read: async (offset, length, options) => {
      const target = new Uint8Array(length);
      await readInto(target, offset, options);
      return target;
    },
    [Symbol.asyncDispose]: () => disk[Symbol.asyncDispose](),
  };
}

/** Offsets of pieces of so many bytes that a disk's or blob's data is read in; the last of an extent may be shorter. */
export async function* dataPieces(
  extents: AsyncIterable<{ readonly kind: string; readonly offset: number; readonly length: number }>,
  pieceBytes: number,
): AsyncGenerator<{ readonly offset: number; readonly length: number }> {
  for await (const { kind, offset, length } of extents) {
    const end = kind === "data" ? offset + length : offset;
    for (let at = offset; at < end; at += pieceBytes) {
      yield { offset: at, length: Math.min(pieceBytes, end - at) };
    }
  }
}

/** Numbers from 0 to 1 that look random and are the same in every run. */
export function seededNumbers(seed: number): () => number {
  let state = seed >>> 0;
  // Mulberry32.
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
