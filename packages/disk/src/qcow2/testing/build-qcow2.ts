import { constants, deflateRawSync, zstdCompressSync } from "node:zlib";
import { QCOW_MAGIC } from "../qcow2-header.ts";

export type SubclusterState = "data" | "zero" | "hole";

/** What one cluster of the guest's disk is to be. `bytes` are as long as a cluster. */
export type ClusterContent =
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  /** The zero flag without a place in the file. */
  | { readonly kind: "zero" }
  /** The zero flag over a place that holds `bytes`, which must not be seen. */
  | { readonly kind: "zero-allocated"; readonly bytes: Uint8Array }
  /** `frames` cuts zstd content into that many frames. */
  | { readonly kind: "compressed"; readonly bytes: Uint8Array; readonly frames?: number }
  /** 32 states; what is not `data` must not be seen. */
  | { readonly kind: "subclusters"; readonly bytes: Uint8Array; readonly states: readonly SubclusterState[] };

/** A qcow2 image to be built. Physical order is the order of `clusters`, by number of the guest's cluster. */
export interface Qcow2Recipe {
  readonly sizeBytes: number;
  readonly clusters: ReadonlyMap<number, ClusterContent>;
  readonly version?: 2 | 3;
  readonly clusterBits?: number;
  readonly compression?: "zlib" | "zstd";
  readonly extendedL2?: boolean;
  readonly refcountOrder?: number;
  readonly isDirty?: boolean;
  readonly snapshotCount?: number;
  readonly headerBytes?: number;
  /** Header extensions, by type. */
  readonly extensions?: readonly { readonly type: number; readonly data: Uint8Array }[];
}

/** A built image, and where its parts are, for tests that break one of them. */
export interface BuiltQcow2 {
  readonly file: Buffer;
  readonly clusterSize: number;
  readonly l1Offset: number;
  /** Places of the L2 tables, by index in the L1 table; 0 where there is none. */
  readonly l2Offsets: readonly number[];
  /** Where a cluster's bytes begin in the file, by number of the guest's cluster. */
  readonly hostOffsets: ReadonlyMap<number, number>;
  /** Place of a cluster's L2 entry in the file. */
  l2EntryOffset(cluster: number): number;
}

/**
 * Builds a qcow2 image for tests, byte by byte, so that each odd case can be made that no tool would write.
 * Refcounts are left at zero: readers do not need them.
 */
export function buildQcow2(recipe: Qcow2Recipe): BuiltQcow2 {
  const shape = shapeOf(recipe);
  const parts = new FileParts(shape.clusterSize);
  const header = parts.addCluster(buildHeader(recipe));
  const l1 = Buffer.alloc(shape.l1Entries * 8);
  const l1Offset = parts.addCluster(l1);
  const refcountTableOffset = parts.addCluster(Buffer.alloc(shape.clusterSize));
  const tables = new Map<number, { readonly offset: number; readonly entries: Buffer }>();
  const hostOffsets = new Map<number, number>();
  for (const [cluster, content] of recipe.clusters) {
    const index = Math.floor(cluster / shape.entriesPerL2);
    let table = tables.get(index);
    if (table === undefined) {
      const entries = Buffer.alloc(shape.clusterSize);
      table = { offset: parts.addCluster(entries), entries };
      tables.set(index, table);
      l1.writeBigUInt64BE(BigInt(table.offset) | COPIED, index * 8);
    }
    const at = (cluster % shape.entriesPerL2) * shape.l2EntryBytes;
    hostOffsets.set(cluster, placeCluster({ content, recipe, parts, entry: table.entries.subarray(at, at + shape.l2EntryBytes) }));
  }
  const file = parts.join();
  file.writeBigUInt64BE(BigInt(l1Offset), header + 40);
  file.writeUInt32BE(shape.l1Entries, header + 36);
  file.writeBigUInt64BE(BigInt(refcountTableOffset), header + 48);
  const l2Offsets = Array.from({ length: shape.l1Entries }, (_, index) => tables.get(index)?.offset ?? 0);
  return {
    file,
    clusterSize: shape.clusterSize,
    l1Offset,
    l2Offsets,
    hostOffsets,
    l2EntryOffset: (cluster) =>
      (l2Offsets[Math.floor(cluster / shape.entriesPerL2)] ?? 0) + (cluster % shape.entriesPerL2) * shape.l2EntryBytes,
  };
}

/** What the guest must read from an image built by the recipe, rounded up to whole sectors. */
export function contentOf(recipe: Qcow2Recipe): Buffer {
  const { clusterSize } = shapeOf(recipe);
  const clusters = Math.ceil(recipe.sizeBytes / clusterSize);
  const content = Buffer.alloc(clusters * clusterSize);
  for (const [cluster, wanted] of recipe.clusters) {
    if (wanted.kind === "data" || wanted.kind === "compressed") {
      content.set(wanted.bytes, cluster * clusterSize);
    } else if (wanted.kind === "subclusters") {
      const length = clusterSize / wanted.states.length;
      wanted.states.forEach((state, index) => {
        if (state === "data") {
          content.set(wanted.bytes.subarray(index * length, (index + 1) * length), cluster * clusterSize + index * length);
        }
      });
    }
  }
  return content.subarray(0, Math.ceil(recipe.sizeBytes / 512) * 512);
}

const COPIED = 1n << 63n;
const COMPRESSED = 1n << 62n;
const ZERO = 1n;

function shapeOf(recipe: Qcow2Recipe): { clusterSize: number; l2EntryBytes: number; entriesPerL2: number; l1Entries: number } {
  const clusterSize = 2 ** (recipe.clusterBits ?? 16);
  const l2EntryBytes = recipe.extendedL2 === true ? 16 : 8;
  const entriesPerL2 = clusterSize / l2EntryBytes;
  return { clusterSize, l2EntryBytes, entriesPerL2, l1Entries: Math.ceil(recipe.sizeBytes / (entriesPerL2 * clusterSize)) };
}

function buildHeader(recipe: Qcow2Recipe): Buffer {
  const version = recipe.version ?? 3;
  const headerBytes = version === 2 ? 72 : (recipe.headerBytes ?? 112);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(QCOW_MAGIC, 0);
  header.writeUInt32BE(version, 4);
  header.writeUInt32BE(recipe.clusterBits ?? 16, 20);
  header.writeBigUInt64BE(BigInt(recipe.sizeBytes), 24);
  header.writeUInt32BE(1, 56);
  header.writeUInt32BE(recipe.snapshotCount ?? 0, 60);
  header.writeBigUInt64BE(recipe.snapshotCount === undefined ? 0n : BigInt(2 ** (recipe.clusterBits ?? 16)), 64);
  if (version === 3) {
    const isZstd = recipe.compression === "zstd";
    header.writeUInt32BE((recipe.isDirty === true ? 1 : 0) | (isZstd ? 8 : 0) | (recipe.extendedL2 === true ? 16 : 0), 76);
    header.writeUInt32BE(recipe.refcountOrder ?? 4, 96);
    header.writeUInt32BE(headerBytes, 100);
    if (headerBytes > 104) {
      header.writeUInt8(isZstd ? 1 : 0, 104);
    }
  }
  return Buffer.concat([header, ...(recipe.extensions ?? []).map(({ type, data }) => buildExtension(type, data))]);
}

function buildExtension(type: number, data: Uint8Array): Buffer {
  const extension = Buffer.alloc(8 + Math.ceil(data.length / 8) * 8);
  extension.writeUInt32BE(type, 0);
  extension.writeUInt32BE(data.length, 4);
  extension.set(data, 8);
  return extension;
}

/** Puts one cluster's bytes into the file and fills its L2 entry; answers where the bytes are. */
function placeCluster(place: { content: ClusterContent; recipe: Qcow2Recipe; parts: FileParts; entry: Buffer }): number {
  const { content, recipe, parts, entry } = place;
  switch (content.kind) {
    case "zero":
      writeEntry(entry, ZERO, recipe.extendedL2 === true ? 0xffff_ffff_0000_0000n : 0n);
      return 0;
    case "data":
    case "zero-allocated":
    case "subclusters": {
      const offset = parts.addCluster(content.bytes);
      const isZero = content.kind === "zero-allocated";
      const bitmaps = content.kind === "subclusters" ? bitmapsOf(content.states) : isZero ? 0xffff_ffff_0000_0000n : 0xffff_ffffn;
      writeEntry(entry, BigInt(offset) | COPIED | (isZero ? ZERO : 0n), bitmaps);
      return offset;
    }
    case "compressed": {
      const bytes = compress(content.bytes, recipe.compression ?? "zlib", content.frames ?? 1);
      const offset = parts.addPacked(bytes);
      writeEntry(entry, describeCompressed({ offset, length: bytes.length, clusterBits: recipe.clusterBits ?? 16 }), 0n);
      return offset;
    }
  }
}

/** With subclusters the zero flag is not in the first word but in the bitmaps. */
function writeEntry(entry: Buffer, word: bigint, bitmaps: bigint): void {
  entry.writeBigUInt64BE(entry.length === 16 && (word & COMPRESSED) === 0n ? word & ~ZERO : word, 0);
  if (entry.length === 16) {
    entry.writeBigUInt64BE(bitmaps, 8);
  }
}

function bitmapsOf(states: readonly SubclusterState[]): bigint {
  return states.reduce((bits, state, index) => bits | (state === "hole" ? 0n : 1n << BigInt(state === "data" ? index : index + 32)), 0n);
}

function describeCompressed(cluster: { offset: number; length: number; clusterBits: number }): bigint {
  const sectors = Math.floor((cluster.offset + cluster.length - 1) / 512) - Math.floor(cluster.offset / 512);
  const offsetBits = 62 - (cluster.clusterBits - 8);
  if (sectors >= 2 ** (62 - offsetBits)) {
    throw new RangeError("The compressed cluster is too long for its descriptor.");
  }
  return COMPRESSED | (BigInt(sectors) << BigInt(offsetBits)) | BigInt(cluster.offset);
}

function compress(bytes: Uint8Array, compression: "zlib" | "zstd", frames: number): Buffer {
  if (compression === "zlib") {
    return deflateRawSync(bytes, { windowBits: 12 });
  }
  const length = Math.ceil(bytes.length / frames);
  const params = { [constants.ZSTD_c_checksumFlag]: frames > 1 ? 1 : 0 };
  return Buffer.concat(
    Array.from({ length: frames }, (_, index) => zstdCompressSync(bytes.subarray(index * length, (index + 1) * length), { params })),
  );
}

/** Bytes of a growing file. Compressed clusters are packed back to back, everything else begins at a cluster. */
class FileParts {
  readonly #clusterSize: number;
  readonly #parts: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  #end = 0;

  constructor(clusterSize: number) {
    this.#clusterSize = clusterSize;
  }

  addCluster(bytes: Uint8Array): number {
    this.#end = Math.ceil(this.#end / this.#clusterSize) * this.#clusterSize;
    return this.addPacked(bytes);
  }

  addPacked(bytes: Uint8Array): number {
    const offset = this.#end;
    this.#parts.push({ offset, bytes });
    this.#end += bytes.length;
    return offset;
  }

  /** The file: whole clusters, as long as the last part needs. */
  join(): Buffer {
    const file = Buffer.alloc(Math.ceil(this.#end / this.#clusterSize) * this.#clusterSize);
    for (const { offset, bytes } of this.#parts) {
      file.set(bytes, offset);
    }
    return file;
  }
}
