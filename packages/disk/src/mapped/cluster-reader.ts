import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { ByteLru } from "../core/byte-lru.ts";
import { DiskError, isDiskError } from "../core/disk-error.ts";
import { fillFrom } from "../core/fill-from.ts";
import { freeMemory } from "../core/free-memory.ts";
import { Limiter } from "../core/limiter.ts";
import { settleAll } from "../core/settle-all.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import type { ClusterRun } from "./run-list.ts";

/** Reads of the source in flight for one disk: as many as the thread pool has threads. */
const MAX_FETCHES = 4;

/** Clusters being decompressed for one disk. More than threads, so that none waits for the next piece of work. */
const MAX_INFLATES = 8;

/** Compressed bytes that are fetched in one read, unless a single cluster has more. */
const MAX_GROUP_BYTES = 1024 * 1024;

/** Unused bytes that may lie between two compressed clusters of one read. */
const MAX_GAP_BYTES = 64 * 1024;

/** Decompressed clusters that are kept because a read took only a piece of them. */
const CLUSTER_CACHE_BYTES = 4 * 1024 * 1024;

/** Where one read goes. */
interface Target {
  readonly bytes: Uint8Array;
  /** The guest's offset of its first byte. */
  readonly offset: number;
  readonly options: ReadOptions | undefined;
}

/** How a format keeps its clusters (which VMDK calls grains). */
export interface ClusterCodec {
  readonly clusterSize: number;
  /**
   * Decompresses the bytes that a run names.
   *
   * Shape   answers exactly `clusterSize` bytes; `Buffer.poolSize` and more have their memory alone, and are the reader's to free
   * Throws  DiskError without the place, which the reader adds
   */
  inflate(compressed: Uint8Array, run: ClusterRun): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Fetches what runs name: stored stretches with one read each, compressed clusters that lie together with one read for many,
 * decompressed side by side on the thread pool.
 *
 * Memory  for one disk, besides the caller's: 4 fetches of 1 MiB, kept for the next (4 MiB where one cluster needs it), 8 clusters being
 *         decompressed, 4 MiB of clusters that were used in part
 */
export class ClusterReader {
  readonly #source: ByteSource;
  readonly #codec: ClusterCodec;
  readonly #fetches = new Limiter(MAX_FETCHES);
  readonly #inflates = new Limiter(MAX_INFLATES);
  readonly #groupBuffers = new BufferPool(MAX_GROUP_BYTES, MAX_FETCHES);
  readonly #partlyUsed = new ByteLru<Uint8Array>(CLUSTER_CACHE_BYTES);

  constructor(source: ByteSource, codec: ClusterCodec) {
    this.#source = source;
    this.#codec = codec;
  }

  /**
   * Fills a target from the runs that cover it. All work on the target has ended when this returns or throws.
   *
   * Throws  disk.corrupt (a compressed cluster is damaged), disk.limit, disk.io
   */
  async fill(runs: readonly ClusterRun[], target: Target): Promise<void> {
    const work: (() => Promise<void>)[] = [];
    let group: ClusterRun[] = [];
    for (const run of runs) {
      if (run.kind === "data") {
        work.push(() => this.#fetchData(run, target));
      } else if (run.kind !== "compressed") {
        slice(target, run).fill(0);
      } else if (run.length < this.#codec.clusterSize) {
        work.push(() => this.#copyPart(run, target));
      } else if (joins(group, run)) {
        group.push(run);
      } else {
        group = [run];
        const members = group;
        work.push(() => this.#fetchGroup(members, target));
      }
    }
    await settleAll(work.map((task) => this.#fetches.run(task)));
  }

  /** Reads a stored stretch. The last cluster of a file may be cut short; what is missing of it reads as zeros, as in QEMU. */
  async #fetchData(run: ClusterRun, target: Target): Promise<void> {
    const stored = Math.min(Math.max(this.#source.lengthBytes - run.hostOffset, 0), run.length);
    const piece = slice(target, run);
    piece.fill(0, stored);
    if (stored > 0) {
      await fillFrom(this.#source, piece.subarray(0, stored), run.hostOffset, target.options);
    }
  }

  async #fetchGroup(group: readonly ClusterRun[], target: Target): Promise<void> {
    const start = group[0]?.hostOffset ?? 0;
    const length = endOf(group) - start;
    const buffer = length <= MAX_GROUP_BYTES ? this.#groupBuffers.take() : Buffer.allocUnsafeSlow(length);
    await fillFrom(this.#source, buffer.subarray(0, length), start, target.options);
    await settleAll(
      group.map(async (run) => {
        const compressed = buffer.subarray(run.hostOffset - start, run.hostOffset - start + run.hostLength);
        const content = await this.#inflate(compressed, run);
        slice(target, run).set(content);
        // Smaller ones may lie in memory that `Buffer` shares.
        if (content.length >= Buffer.poolSize) {
          freeMemory(content);
        }
      }),
    );
    if (length <= MAX_GROUP_BYTES) {
      this.#groupBuffers.give(buffer);
    }
  }

  /** Serves a piece of a compressed cluster, and keeps the cluster, because the next read likely wants the next piece. */
  async #copyPart(run: ClusterRun, target: Target): Promise<void> {
    const clusterStart = run.offset - (run.offset % this.#codec.clusterSize);
    const content = await this.#partlyUsed.get(clusterStart, this.#codec.clusterSize, async () =>
      this.#inflate(await this.#source.read(run.hostOffset, run.hostLength), run),
    );
    slice(target, run).set(content.subarray(run.offset - clusterStart, run.offset - clusterStart + run.length));
  }

  async #inflate(compressed: Uint8Array, run: ClusterRun): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await this.#inflates.run(() => this.#codec.inflate(compressed, run));
    } catch (error) {
      if (!isDiskError(error)) {
        throw error;
      }
      throw new DiskError(error.code, `The compressed cluster at ${run.hostOffset} of the file is damaged. ${error.message}`, {
        cause: error,
      });
    }
  }
}

function slice(target: Target, run: ClusterRun): Uint8Array {
  return target.bytes.subarray(run.offset - target.offset, run.offset - target.offset + run.length);
}

/** Tells whether a cluster lies close enough behind a group to be fetched with it. */
function joins(group: readonly ClusterRun[], run: ClusterRun): boolean {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) {
    return false;
  }
  const end = run.hostOffset + run.hostLength;
  return run.hostOffset > last.hostOffset && run.hostOffset <= endOf(group) + MAX_GAP_BYTES && end - first.hostOffset <= MAX_GROUP_BYTES;
}

function endOf(group: readonly ClusterRun[]): number {
  const last = group.at(-1);
  return last === undefined ? 0 : last.hostOffset + last.hostLength;
}
