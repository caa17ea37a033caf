import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { DetectedFormat } from "../core/disk-format.ts";
import { refuseEmptyFile } from "../core/virtual-size.ts";
import { findPartitionTable } from "./partition-table.ts";
import type { PartitionTable } from "./partition-table.ts";
import { HEAD_BYTES, TAIL_BYTES } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { probes } from "./probes.table.ts";

/** What a file is by its content. */
export interface Detection {
  /** `raw` when nothing else matched. */
  readonly format: DetectedFormat;
  /** What in the content says so, for people. */
  readonly evidence: string;
  /** The partition table at the beginning: of a raw disk, or of a disc that also boots as a disk. */
  readonly partitionTable: PartitionTable | undefined;
}

/**
 * Decides by content alone what a file is. All probes run, and exactly one may match: a file that is two things at once is read differently
 * by different programs, which is how images are made to reach files of the machine that opens them.
 *
 * Memory  the first MiB and the last 4 KiB
 * Throws  disk.ambiguous (more than one match), disk.corrupt (begins like a format and fails its proof), disk.truncated (empty), what the source throws
 */
export async function detectFormat(source: ByteSource, options?: ReadOptions): Promise<Detection> {
  const { lengthBytes } = source;
  refuseEmptyFile(lengthBytes);
  const head = await source.read(0, Math.min(HEAD_BYTES, lengthBytes), options);
  const tailStart = Math.max(lengthBytes - TAIL_BYTES, 0);
  const tail = await source.read(tailStart, lengthBytes - tailStart, options);
  const results = probes.map((probe) => ({ probe, result: probe.probe({ head, tail, lengthBytes }) }));

  const found = results.flatMap(({ probe, result }) =>
    result !== undefined && "found" in result ? [{ probe, evidence: result.found }] : [],
  );
  const [match] = found;
  if (found.length > 1) {
    throw ambiguous(found.map(({ probe }) => probe));
  }
  if (match !== undefined) {
    return { format: match.probe.format, evidence: match.evidence, partitionTable: findPartitionTable(head) };
  }
  for (const { probe, result } of results) {
    if (result !== undefined && "damaged" in result) {
      throw damaged(probe, result.damaged);
    }
  }
  return rawDetection(findPartitionTable(head));
}

function rawDetection(partitionTable: PartitionTable | undefined): Detection {
  const content = partitionTable === undefined ? "no known format" : `a disk with a partition table (${partitionTable.toUpperCase()})`;
  return { format: "raw", evidence: `${content}, and no container around it`, partitionTable };
}

function ambiguous(matches: readonly Probe[]): DiskError {
  const labels = matches.map(({ label }) => label).join(", and ");
  return new DiskError("disk.ambiguous", `The content is more than one thing at once: ${labels}.`, {
    remedy: "Make the image again with a program that writes one format only.",
  });
}

function damaged({ label }: Probe, reason: string): DiskError {
  return new DiskError("disk.corrupt", `The content begins like ${label}, and is damaged: ${reason}.`, {
    remedy: "Copy or upload the file again, completely and in binary mode.",
  });
}
