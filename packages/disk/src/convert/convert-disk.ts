import type { ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { OutputFormat } from "../core/disk-format.ts";
import type { PlannedFile } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { planners } from "../formats/planners.table.ts";
import type { Compression } from "../formats/planners.table.ts";
import type { CompressionPool } from "../pool/compression-pool.ts";
import type { Qcow2WriteOptions } from "../qcow2/plan-layout.ts";

/** What to make of a disk. */
export interface ConvertOptions extends ReadOptions {
  readonly format: OutputFormat;
  /** Where it goes: a stream cannot go back, a file can, and so takes less space. */
  readonly target: "file" | "stream";
  /** Default: the format's usual one. */
  readonly compression?: Compression | undefined;
  /** A kind of file that the format has (`streamOptimized`, `fixed` …). Default: the format's usual one. */
  readonly subformat?: string | undefined;
  /** Threads that several conversions share; used for compression only. Default: threads of its own. */
  readonly pool?: CompressionPool | undefined;
  /** Choices of the qcow2 format. */
  readonly qcow2?: Qcow2WriteOptions | undefined;
}

/**
 * Chooses the plan that makes a file of another format from a disk. The disk stays the caller's, and open until the plan is written.
 *
 * Memory  at most 24 MiB of blocks whatever the disk's size; with compression also about 45 MiB for each thread (each plan says more)
 * Throws  disk.unsupported (a compression or kind that the format does not have, or that a stream cannot carry), disk.limit, what the disk throws
 */
export async function convertDisk(disk: VirtualDisk, options: ConvertOptions): Promise<PlannedFile> {
  const { format, target, subformat, pool, qcow2, signal } = options;
  const entry = planners[format];
  const compression = options.compression ?? entry.compressions[0] ?? "none";
  if (!entry.compressions.includes(compression)) {
    throw new DiskError("disk.unsupported", `${format} has no compression "${compression}".`, {
      remedy: `Choose one of: ${entry.compressions.join(", ")}.`,
    });
  }
  if (target === "stream" && entry.fileOnly.includes(compression)) {
    throw new DiskError(
      "disk.unsupported",
      `A ${format} with ${compression} cannot be streamed: its head is known only when all data is written.`,
      {
        remedy: "Write it to a file, or choose another format or compression.",
      },
    );
  }
  if (subformat !== undefined && !entry.subformats.includes(subformat)) {
    const choices = entry.subformats.length === 0 ? "Leave it out: there is only one." : `Choose one of: ${entry.subformats.join(", ")}.`;
    throw new DiskError("disk.unsupported", `${format} has no kind "${subformat}".`, { remedy: choices });
  }
  const plan = await entry.load();
  return plan(disk, { target, compression, subformat, pool, qcow2, signal });
}
