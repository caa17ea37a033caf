import type { ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { WritableFormat } from "../core/disk-format.ts";
import type { PlannedFile } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { CompressionPool } from "../pool/compression-pool.ts";
import type { Qcow2WriteOptions } from "../qcow2/plan-layout.ts";

/** What to make of a disk. */
export interface ConvertOptions extends ReadOptions {
  readonly format: WritableFormat;
  /** Where it goes: a stream cannot go back, a file can, and so takes less space. */
  readonly target: "file" | "stream";
  /** qcow2 into files only. Default: none. */
  readonly compression?: "none" | "zlib" | "zstd" | undefined;
  /** Threads that several conversions share; used for compression only. Default: threads of its own. */
  readonly pool?: CompressionPool | undefined;
  /** Choices of the qcow2 format. */
  readonly qcow2?: Qcow2WriteOptions | undefined;
}

/**
 * Chooses the plan that makes a file of another format from a disk. The disk stays the caller's, and open until the plan is written.
 *
 * Memory  at most 24 MiB of blocks whatever the disk's size; with compression also about 45 MiB for each thread (each plan says more)
 * Throws  disk.unsupported (compression of raw or into a stream, and what the format cannot do), disk.limit, what the disk throws
 */
export async function convertDisk(disk: VirtualDisk, options: ConvertOptions): Promise<PlannedFile> {
  const { compression = "none", signal } = options;
  if (compression !== "none" && options.format === "raw") {
    throw new DiskError("disk.unsupported", "A raw disk has no compression.", { remedy: "Choose qcow2, or no compression." });
  }
  if (compression !== "none" && options.target === "stream") {
    throw new DiskError("disk.unsupported", "A compressed qcow2 cannot be streamed: its tables are known only when all data is written.", {
      remedy: "Write it to a file, or choose no compression.",
    });
  }
  // Only the plan that is needed is loaded: together they cost as much time as copying 40 MiB.
  switch (options.format) {
    case "raw": {
      const { planRaw } = await import("../raw/plan-raw.ts");
      return planRaw(disk, { signal });
    }
    case "qcow2":
      return planQcow2(disk, { ...options, compression });
  }
}

async function planQcow2(disk: VirtualDisk, options: ConvertOptions & { compression: "none" | "zlib" | "zstd" }): Promise<PlannedFile> {
  const { compression, pool, qcow2, signal } = options;
  if (compression !== "none") {
    const { planCompressedQcow2 } = await import("../qcow2/plan-compressed-qcow2.ts");
    return planCompressedQcow2(disk, { ...qcow2, codec: compression, pool, signal });
  }
  if (options.target === "file") {
    const { planAllocatingQcow2 } = await import("../qcow2/plan-allocating-qcow2.ts");
    return planAllocatingQcow2(disk, { ...qcow2, signal });
  }
  const { planSequentialQcow2 } = await import("../qcow2/plan-sequential-qcow2.ts");
  return planSequentialQcow2(disk, { ...qcow2, signal });
}
