import type { ReadOptions } from "../core/byte-source.ts";
import type { ConvertProgress, Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { progressReport } from "../pipeline/progress-report.ts";
import type { CompressionPool } from "../pool/compression-pool.ts";
import { countClusters } from "../pipeline/data-clusters.ts";
import { sourceChanged } from "../pipeline/source-changed.ts";
import { GRAIN_BYTES } from "../vmdk/write-sparse-header.ts";
import { OvaDiskFiles } from "./ova-disk-file.ts";
import { factsOf } from "./ova-facts.ts";
import type { OvaOptions } from "./ova-facts.ts";
import { ARCHIVE_END_BYTES, ovaHeadBytes, writeOvaHead } from "./ova-head.ts";
import type { HeadFacts, WrittenDisk } from "./ova-head.ts";
import { TAR_BLOCK_BYTES, writeTarHeader } from "./tar-header.ts";

/** A disk and the name of its file in the archive. */
interface NamedDisk {
  readonly disk: VirtualDisk;
  readonly name: string;
  readonly capacityBytes: number;
}

/** What is decided before the first byte is written. */
interface Plan {
  readonly disks: readonly NamedDisk[];
  readonly facts: HeadFacts;
  readonly headBytes: number;
  /** Guest bytes to handle in all. */
  readonly dataBytes: number;
  readonly pool: CompressionPool | undefined;
}

/**
 * Plans an OVA with one or several disks: OVF 1.1 | manifest (SHA-256) | streamOptimized VMDKs.
 * A tar archive and its manifest state the length and hash of a disk's file before its bytes, and those are known only when it is compressed.
 * Into a file the disks go first, in one pass, and the head last. For a stream each disk is compressed while planning, to be measured, and
 * once more while writing. Both make the same bytes.
 *
 * Shape   target "file": not sequential, length unknown, the head last; target "stream": sequential, length known
 * Memory  as `planStreamOptimizedVmdk`, and 10 MiB for the thread that hashes
 * Throws  disk.unsupported (no disk or more than 15, names and numbers that an OVF has no place for), what the disks throw; disk.limit (a
 *         disk's file grows over 2 TiB), disk.io (a disk changed between the two passes)
 * Source  DMTF DSP0243 1.1, "OVF package"; POSIX.1-2017, pax
 */
export async function planOva(disks: VirtualDisk | readonly VirtualDisk[], options: OvaOptions): Promise<PlannedFile> {
  const plan = await decide(isList(disks) ? disks : [disks], options);
  if (options.target === "file") {
    return { format: "ova", totalBytes: undefined, sequential: false, pieces: (writeOptions = {}) => headLastPieces(plan, writeOptions) };
  }
  const measured = await measure(plan, options);
  const diskBytes = measured.reduce((sum, disk) => sum + TAR_BLOCK_BYTES + disk.fileBytes, 0);
  return {
    format: "ova",
    totalBytes: plan.headBytes + diskBytes + ARCHIVE_END_BYTES,
    sequential: true,
    pieces: (writeOptions = {}) => sequentialPieces(plan, measured, writeOptions),
  };
}

function isList(disks: VirtualDisk | readonly VirtualDisk[]): disks is readonly VirtualDisk[] {
  return Array.isArray(disks);
}

async function decide(disks: readonly VirtualDisk[], options: OvaOptions): Promise<Plan> {
  const facts = factsOf(disks.length, options);
  const named = disks.map((disk, index) => ({
    disk,
    name: `${facts.fileName}-disk${index + 1}.vmdk`,
    capacityBytes: disk.virtualSizeBytes,
  }));
  let dataBytes = 0;
  for (const disk of disks) {
    dataBytes += (await countClusters(disk, GRAIN_BYTES, options)).dataBytes;
  }
  return { disks: named, facts, headBytes: ovaHeadBytes(facts, named), dataBytes, pool: options.pool };
}

/** Makes every disk's file once, for its length and hash alone. */
async function measure({ disks, pool }: Plan, { signal }: ReadOptions): Promise<WrittenDisk[]> {
  await using files = new OvaDiskFiles(pool);
  const measured: WrittenDisk[] = [];
  for (const { disk, name } of disks) {
    const pieces = files.pieces({ disk, name, offset: 0 }, { signal });
    let step = await pieces.next();
    while (step.done !== true) {
      step.value.release?.();
      step = await pieces.next();
    }
    measured.push(step.value);
  }
  return measured;
}

async function* headLastPieces(plan: Plan, options: WriteOptions): AsyncGenerator<Piece> {
  await using files = new OvaDiskFiles(plan.pool);
  const report = progressReport(plan.dataBytes, options);
  const written: WrittenDisk[] = [];
  let end = plan.headBytes;
  for (const { disk, name } of plan.disks) {
    const file = yield* files.pieces({ disk, name, offset: end + TAR_BLOCK_BYTES }, diskOptions(report, options));
    yield { offset: end, bytes: headerOf(file, plan) };
    written.push(file);
    end += TAR_BLOCK_BYTES + file.fileBytes;
  }
  yield { offset: end, bytes: Buffer.alloc(ARCHIVE_END_BYTES) };
  yield { offset: 0, bytes: writeOvaHead(plan.facts, written) };
}

async function* sequentialPieces(plan: Plan, measured: readonly WrittenDisk[], options: WriteOptions): AsyncGenerator<Piece> {
  await using files = new OvaDiskFiles(plan.pool);
  const report = progressReport(plan.dataBytes, options);
  yield { offset: 0, bytes: writeOvaHead(plan.facts, measured) };
  let end = plan.headBytes;
  for (const [index, { disk, name }] of plan.disks.entries()) {
    const expected = measured[index];
    if (expected === undefined) {
      throw sourceChanged();
    }
    yield { offset: end, bytes: headerOf(expected, plan) };
    const file = yield* files.pieces({ disk, name, offset: end + TAR_BLOCK_BYTES }, diskOptions(report, options));
    if (file.fileBytes !== expected.fileBytes || file.sha256 !== expected.sha256) {
      throw sourceChanged();
    }
    end += TAR_BLOCK_BYTES + file.fileBytes;
  }
  yield { offset: end, bytes: Buffer.alloc(ARCHIVE_END_BYTES) };
}

function headerOf({ name, fileBytes }: WrittenDisk, { facts }: Plan): Buffer {
  return writeTarHeader({ name, sizeBytes: fileBytes, modifiedAt: facts.modifiedAt });
}

/** Lets the progress of each disk count behind that of the disks before it. */
function diskOptions(report: (handledBytes: number) => void, { signal }: WriteOptions): WriteOptions {
  let reported = 0;
  const onProgress = ({ doneBytes }: ConvertProgress): void => {
    report(doneBytes - reported);
    reported = doneBytes;
  };
  return { signal, onProgress };
}
