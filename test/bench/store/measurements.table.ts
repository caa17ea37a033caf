import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { DiskFormat } from "@tintype/disk/core/disk-format.ts";
import { LocalBackend } from "@tintype/store/backend/local/local-backend.ts";
import type { BlobKey } from "@tintype/store/blob-store.ts";
import { listCountOf, listNameOf } from "@tintype/store/manifest/manifest-format.ts";
import { readManifest } from "@tintype/store/manifest/read-manifest.ts";
import { openChunkStore } from "@tintype/store/open-chunk-store.ts";
import type { StoreOptions } from "@tintype/store/open-chunk-store.ts";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import type { ChunkStore } from "@tintype/store/store.ts";
import { packFileName } from "@tintype/store/store-names.ts";
import { blobId, dataPieces, keepDisk, openDisk, patchedDisk, seededNumbers } from "./bench-disk.ts";
import type { Patch } from "./bench-disk.ts";
import { countingBackend } from "./counting-backend.ts";
import { changesOf } from "./snapshots.ts";

/** What a measurement is told. */
export interface MeasurementInput {
  /** Folder of the store. */
  readonly root: string;
  readonly chunkSizeBytes?: number;
  readonly packBytes?: number;
  readonly source?: { readonly path: string; readonly format: DiskFormat };
  readonly blob?: number;
  readonly count?: number;
  readonly sealed?: boolean;
  readonly lengthBytes?: number;
  /** A data chunk is written at every multiple of this. */
  readonly everyBytes?: number;
}

/** What it found, in seconds, bytes, pieces. */
export type Figures = Readonly<Record<string, number>>;

const stepBytes = 4 * 1024 * 1024;
const pageBytes = 4096;
const key: BlobKey = { id: "1".repeat(32), secret: Buffer.alloc(32, 7), wrapped: Buffer.alloc(32, 9) };

/** Everything that is measured of the store, by name. Each runs in a process of its own, see measure-child.ts. */
export const measurements: Readonly<Record<string, (input: MeasurementInput) => Promise<Figures>>> = {
  async ingest({ source, blob = 1, sealed = false, ...input }) {
    await using disk = await openDisk(source?.path ?? "", source?.format ?? "raw");
    await using store = await open(input);
    const begunAt = performance.now();
    const cpuBefore = process.cpuUsage();
    const { dataBytes } = await keepDisk(store, blobId(blob), disk, sealed ? key : undefined);
    const seconds = secondsSince(begunAt);
    return { seconds, cpuSeconds: cpuSecondsSince(cpuBefore), dataBytes, storedBytes: (await store.stats()).storedBytes };
  },

  async snapshots({ source, count = 20, ...input }) {
    await using disk = await openDisk(source?.path ?? "", source?.format ?? "raw");
    await using store = await open(input);
    const begunAt = performance.now();
    const patches: Patch[] = [];
    let addedBytes = 0;
    for (let snapshot = 1; snapshot <= count; snapshot += 1) {
      patches.push(...(await changesOf(disk, snapshot)));
      addedBytes += (await keepDisk(store, blobId(1000 + snapshot), patchedDisk(disk, patches))).addedBytes;
    }
    const { size: indexBytes } = await stat(store.parts.folder.indexPath);
    return { seconds: secondsSince(begunAt), addedBytes, storedBytes: (await store.stats()).storedBytes, indexBytes };
  },

  async read({ blob = 1, ...input }) {
    await using store = await open(input);
    await using opened = await store.open(blobId(blob));
    const begunAt = performance.now();
    let bytes = 0;
    const cpuBefore = process.cpuUsage();
    const memory = new Uint8Array(stepBytes);
    for await (const { offset, length } of dataPieces(opened.extents(), stepBytes)) {
      await opened.readInto?.(memory.subarray(0, length), offset);
      bytes += length;
    }
    return { seconds: secondsSince(begunAt), cpuSeconds: cpuSecondsSince(cpuBefore), bytes };
  },

  async verify(input) {
    await using store = await open(input);
    const begunAt = performance.now();
    const verification = store.verify({ read: true });
    for await (const { message } of verification) {
      throw new Error(message);
    }
    return { seconds: secondsSince(begunAt), bytes: verification.totals.bytesRead };
  },

  /** Makes a blob that has a chunk of data here and there: a quarter of it incompressible. */
  async scatter({ blob = 1, lengthBytes = 0, everyBytes = 1, ...input }) {
    await using store = await open(input);
    await using writer = await store.create(blobId(blob));
    const bytes = Buffer.alloc(store.parts.format.chunkSizeBytes, "some text that compresses ");
    const random = seededNumbers(blob);
    for (let offset = 0; offset < lengthBytes; offset += everyBytes) {
      for (let at = 0; at < bytes.length / 4; at += 4) {
        bytes.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
      }
      await writer.write(offset, bytes);
    }
    const begunAt = performance.now();
    await writer.commit({ lengthBytes });
    return { seconds: secondsSince(begunAt) };
  },

  /** Small reads of chunks that were not read before, each somewhere else, after an opening that read nothing of the blob but its manifest. */
  async randomReads({ blob = 1, count = 1000, ...input }) {
    const { places, lists } = await chunksAndLists(input, blob);
    const reads = { calls: 0, bytes: 0, listCalls: 0 };
    const local = await LocalBackend.open(input.root, { stagingDir: join(input.root, "tmp") });
    await using store = await openChunkStore(countingBackend(local, reads, lists), input.root, optionsOf(input));
    await using opened = await store.open(blobId(blob));
    const milliseconds: number[] = [];
    for (const place of places.slice(0, count)) {
      const begunAt = performance.now();
      await opened.read(place, pageBytes);
      milliseconds.push(performance.now() - begunAt);
    }
    milliseconds.sort((a, b) => a - b);
    const at = (part: number): number => milliseconds[Math.floor(milliseconds.length * part)] ?? NaN;
    return { reads: milliseconds.length, ...reads, medianMs: at(0.5), p99Ms: at(0.99) };
  },

  /** Opens a blob again and again, without any cache; `first` also reads a page, for which a list and a chunk are fetched. */
  async openings({ blob = 1, count = 50, ...input }) {
    await using store = await openLocalStore(input.root, { ...optionsOf(input), cacheBytes: 0 });
    const times: { open: number; first: number }[] = [];
    for (let number = 0; number < count; number += 1) {
      const begunAt = performance.now();
      await using opened = await store.open(blobId(blob));
      const openedAt = performance.now();
      await opened.read(opened.lengthBytes / 2, pageBytes);
      times.push({ open: openedAt - begunAt, first: performance.now() - begunAt });
    }
    return { openMs: median(times.map(({ open }) => open)), firstReadMs: median(times.map(({ first }) => first)) };
  },

  async copies({ blob = 1, count = 30, ...input }) {
    await using store = await open(input);
    const times: number[] = [];
    for (let number = 0; number < count; number += 1) {
      const begunAt = performance.now();
      await store.copy(blobId(blob), blobId(10_000 + blob * 1000 + number));
      times.push(performance.now() - begunAt);
    }
    return { medianMs: median(times) };
  },
};

function optionsOf({ chunkSizeBytes, packBytes }: MeasurementInput): StoreOptions {
  return { chunkSizeBytes, packBytes, unwrapKey: async () => key.secret };
}

function open(input: MeasurementInput): Promise<ChunkStore> {
  return openLocalStore(input.root, optionsOf(input));
}

/** Offsets of all of a blob's chunks of data, in no order, and the places of its lists, as `file@offset`. */
async function chunksAndLists(input: MeasurementInput, blob: number): Promise<{ places: number[]; lists: Set<string> }> {
  await using store = await open(input);
  const { format, index, backend } = store.parts;
  await using opened = await store.open(blobId(blob));
  const places: number[] = [];
  for await (const { offset, length } of dataPieces(opened.extents(), format.chunkSizeBytes)) {
    if (length >= pageBytes) {
      places.push(offset);
    }
  }
  const random = seededNumbers(1);
  for (let last = places.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [places[last], places[other]] = [places[other] ?? 0, places[last] ?? 0];
  }
  const { manifest } = await readManifest(backend, blobId(blob));
  const names = Array.from({ length: listCountOf(manifest) }, (_, number) => listNameOf(manifest, number) ?? Buffer.alloc(32));
  const lists = names.flatMap((name) => index.findForReading(name).map(({ pack, offset }) => `${packFileName(pack)}@${offset}`));
  return { places, lists: new Set(lists) };
}

function secondsSince(begunAt: number): number {
  return (performance.now() - begunAt) / 1000;
}

/** Of all threads, and so about the same however busy the machine is. */
function cpuSecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
