import type { Piece, WriteOptions } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { CompressionPool } from "../pool/compression-pool.ts";
import { HashThread } from "../transform/hash-thread.ts";
import { planStreamOptimizedVmdk } from "../vmdk/plan-stream-optimized-vmdk.ts";
import type { WrittenDisk } from "./ova-head.ts";

/** A disk and where its file goes in the archive. */
export interface PlacedDisk {
  readonly disk: VirtualDisk;
  readonly name: string;
  readonly offset: number;
}

/** Makes the files of disks for one archive, with threads that compress and one that hashes, until it is closed. */
export class OvaDiskFiles implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly #pool: CompressionPool;
  readonly #hash: HashThread;

  /** A pool that is given stays open. */
  constructor(pool: CompressionPool | undefined) {
    this.#pool = pool ?? this.#stack.use(new CompressionPool());
    this.#hash = this.#stack.use(new HashThread("sha256"));
  }

  /**
   * Makes the streamOptimized file of one disk; returns what the head of the archive says of it.
   *
   * Memory  as `planStreamOptimizedVmdk`
   * Throws  what the disk throws; disk.limit (the file grows over 2 TiB)
   */
  async *pieces({ disk, name, offset }: PlacedDisk, options: WriteOptions): AsyncGenerator<Piece, WrittenDisk> {
    const file = await planStreamOptimizedVmdk(disk, { fileName: name, pool: this.#pool, signal: options.signal });
    let fileBytes = 0;
    await this.#hash.restart();
    for await (const piece of file.pieces(options)) {
      // Pieces follow each other without gaps, so that their hash is that of the file.
      await this.#hash.update(piece.bytes);
      fileBytes = piece.offset + piece.bytes.length;
      yield { ...piece, offset: offset + piece.offset };
    }
    return { name, capacityBytes: disk.virtualSizeBytes, fileBytes, sha256: (await this.#hash.digest()).toString("hex") };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}
