import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { fillFrom } from "../core/fill-from.ts";
import { corruptVhdx, truncatedVhdx } from "./corrupt-vhdx.ts";
import { NO_GUID } from "./guid.ts";
import { LOG_SECTOR_BYTES, patchesOf, readLogEntry } from "./log-entry.ts";
import type { LogEntry } from "./log-entry.ts";
import { PatchedSource } from "./patched-source.ts";
import type { Patch } from "./patched-source.ts";
import type { VhdxHeader } from "./read-header.ts";

/** Writes that are replayed at most: a log of 1 MiB hardly holds more than 250. */
const MAX_PATCHES = 16_384;

/** How much longer than the file a log may make it: a few of the largest blocks. */
const MAX_GROWTH_BYTES = 1024 ** 3;

/** The file as it is after replay, and how many entries of the log were replayed. */
export interface ReplayedFile {
  readonly source: ByteSource;
  readonly replayedEntries: number;
}

/**
 * Replays the log in memory, as every reader must before it looks at anything else: what was being written when the machine stopped is only
 * there. The file is not changed.
 *
 * Memory  the log while it is read (at most 32 MiB), and then the sectors it writes
 * Throws  disk.corrupt (there must be a log and there is no sound one), disk.truncated, disk.limit
 * Source  [MS-VHDX] 2.3.2 and 2.3.3
 */
export async function replayLog(source: ByteSource, header: VhdxHeader, options?: ReadOptions): Promise<ReplayedFile> {
  if (header.logGuid === NO_GUID) {
    return { source, replayedEntries: 0 };
  }
  const { logOffset, logBytes } = header;
  if (logBytes === 0) {
    throw corruptVhdx("its header names a log to be replayed, and log_length at 68 is 0");
  }
  if (logOffset + logBytes > source.lengthBytes) {
    throw truncatedVhdx(`its log is to be at ${logOffset} and to have ${logBytes} bytes`, source.lengthBytes);
  }
  const log = Buffer.allocUnsafeSlow(logBytes);
  await fillFrom(source, log, logOffset, options);
  const entries = activeSequence(log, header.logGuid);
  const last = entries.at(-1);
  if (last === undefined) {
    throw corruptVhdx(`its log at ${logOffset} must be replayed, and no whole sequence of entries is in it`);
  }
  const lengthBytes = Math.max(source.lengthBytes, last.lastFileBytes);
  if (lengthBytes - source.lengthBytes > MAX_GROWTH_BYTES) {
    throw new DiskError("disk.limit", `The log of the VHDX makes the file ${lengthBytes} bytes long, and it has ${source.lengthBytes}.`, {
      remedy: "Copy or upload the file again, completely.",
    });
  }
  const patches = entries.flatMap((entry) => checkedPatches(entry, source.lengthBytes, lengthBytes));
  if (patches.length > MAX_PATCHES) {
    throw new DiskError("disk.limit", `The log of the VHDX writes to ${patches.length} places; at most ${MAX_PATCHES} are accepted.`, {
      remedy: "Open and close the disk where it was made, so that the log is replayed there.",
    });
  }
  return { source: new PatchedSource(source, patches, lengthBytes), replayedEntries: entries.length };
}

function checkedPatches(entry: LogEntry, fileBytes: number, lengthBytes: number): readonly Patch[] {
  if (entry.flushedFileBytes > fileBytes) {
    throw truncatedVhdx(`its log was written when the file had ${entry.flushedFileBytes} bytes`, fileBytes);
  }
  const patches = patchesOf(entry);
  const outside = patches.find(({ offset, length }) => offset + length > lengthBytes);
  if (outside !== undefined) {
    throw corruptVhdx(`its log writes ${outside.length} bytes at ${outside.offset}, behind the file's end at ${lengthBytes}`);
  }
  return patches;
}

/**
 * Finds the entries to be replayed, in their order: of all runs of entries with consecutive numbers whose last entry's tail is one of them,
 * the one with the highest number, from that tail on.
 */
function activeSequence(log: Buffer, logGuid: string): readonly LogEntry[] {
  const sectors = log.length / LOG_SECTOR_BYTES;
  let active: readonly LogEntry[] = [];
  for (let at = 0; at < sectors;) {
    const run = runFrom(log, at, logGuid);
    const last = run.at(-1);
    const tailAt = run.findIndex((entry) => entry.at === last?.tail);
    if (last !== undefined && tailAt >= 0 && last.sequence > (active.at(-1)?.sequence ?? 0n)) {
      active = run.slice(tailAt);
    }
    // A run that is cut at its front has the same last entry, so nothing is missed by going on behind it.
    at += Math.max(
      run.reduce((sum, entry) => sum + entry.sectors, 0),
      1,
    );
  }
  return active;
}

function runFrom(log: Buffer, start: number, logGuid: string): readonly LogEntry[] {
  const sectors = log.length / LOG_SECTOR_BYTES;
  const run: LogEntry[] = [];
  let used = 0;
  let entry = readLogEntry(log, start, logGuid);
  while (entry !== undefined && used + entry.sectors <= sectors) {
    run.push(entry);
    used += entry.sectors;
    const next = readLogEntry(log, (start + used) % sectors, logGuid);
    entry = next !== undefined && next.sequence === entry.sequence + 1n ? next : undefined;
  }
  return run;
}
