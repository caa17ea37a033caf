import { open, link, lstat, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DiskError, isDiskError } from "../core/disk-error.ts";
import type { PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import { FileWrites } from "./file-writes.ts";

export interface WriteToFileOptions extends WriteOptions {
  /** Replace a file that is there already; it stays whole until the new one is. Default: refuse. */
  readonly overwrite?: boolean | undefined;
  /** Return only when the file survives a power cut. Default: leave that to the system. */
  readonly sync?: boolean | undefined;
}

/**
 * Writes a planned file. It grows under a temporary name in the same folder and gets its own name only when it is whole;
 * after a failure or an abort nothing is left. Zeros become holes.
 * (A process that is killed outright leaves the temporary file, `.tintype-<pid>-<n>.partial`, and never a file of the given name.)
 *
 * Shape   answers the length of the file in bytes
 * Memory  what the plan holds, and 4 pieces being written
 * Throws  disk.io (the name is taken, no such folder, disk full, any failure of the medium); what the plan throws; the signal's reason
 */
export async function writeToFile(
  plan: PlannedFile,
  path: string,
  options: WriteToFileOptions = {},
): Promise<{ readonly lengthBytes: number }> {
  await asDiskError(path, () => refuseTakenName(path, options.overwrite ?? false));
  const { file, partial } = await asDiskError(path, () => openPartial(dirname(path)));
  try {
    const lengthBytes = await closeAfter(file, () => fill(file, plan, { path, options }));
    await asDiskError(path, () => publish(partial, path, options));
    return { lengthBytes };
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function refuseTakenName(path: string, overwrite: boolean): Promise<void> {
  const there = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  });
  if (there !== undefined && !there.isFile()) {
    throw new DiskError("disk.io", `${path} is there and is not a regular file.`, { remedy: "Choose another name." });
  }
  if (there !== undefined && !overwrite) {
    throw nameTaken(path);
  }
}

function nameTaken(path: string): DiskError {
  return new DiskError("disk.io", `${path} is there already.`, { remedy: "Choose another name, or remove it first." });
}

/** Opens a new file under a name that nobody else uses. */
async function openPartial(folder: string): Promise<{ file: FileHandle; partial: string }> {
  for (let number = 0; ; number += 1) {
    const partial = join(folder, `.tintype-${process.pid}-${number}.partial`);
    try {
      return { file: await open(partial, "wx"), partial };
    } catch (error) {
      if (codeOf(error) !== "EEXIST") {
        throw error;
      }
    }
  }
}

async function closeAfter<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}

async function fill(file: FileHandle, plan: PlannedFile, target: { path: string; options: WriteToFileOptions }): Promise<number> {
  const { path, options } = target;
  const writes = new FileWrites(file);
  try {
    if (plan.totalBytes !== undefined) {
      // The length first: a file system that cannot hold such a file says so before any work is done.
      await asDiskError(path, () => file.truncate(plan.totalBytes));
    }
    for await (const piece of plan.pieces(options)) {
      options.signal?.throwIfAborted();
      await asDiskError(path, () => writes.write(piece));
    }
  } catch (error) {
    await writes.stop();
    throw error;
  }
  await asDiskError(path, () => writes.settle());
  options.signal?.throwIfAborted();
  const lengthBytes = plan.totalBytes ?? writes.endBytes;
  // The file's end may be zeros that were left out.
  await asDiskError(path, () => file.truncate(lengthBytes));
  if (options.sync === true) {
    await asDiskError(path, () => file.sync());
  }
  return lengthBytes;
}

/** Gives the finished file its name; without `overwrite` a file that came in between is not replaced. */
async function publish(partial: string, path: string, options: WriteToFileOptions): Promise<void> {
  if (options.overwrite === true) {
    await rename(partial, path);
  } else {
    await renameUnlessTaken(partial, path);
  }
  if (options.sync === true) {
    await syncFolder(dirname(path));
  }
}

async function renameUnlessTaken(partial: string, path: string): Promise<void> {
  try {
    // A second name fails when the name is taken; renaming would replace what is there.
    await link(partial, path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") {
      throw nameTaken(path);
    }
    if (!noSecondNames.has(codeOf(error))) {
      throw error;
    }
    await refuseTakenName(path, false);
    await rename(partial, path);
    return;
  }
  await rm(partial);
}

/** What file systems answer that give a file one name only. */
const noSecondNames: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await closeAfter(handle, () => handle.sync());
}

/** Runs a step on the output file; the system's failures say which file, why, and what to do. */
async function asDiskError<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const code = codeOf(error);
    if (isDiskError(error) || code === "") {
      throw error;
    }
    const remedy = remedies[code];
    const reason = error instanceof Error ? error.message : String(error);
    throw new DiskError("disk.io", `${basename(path)} cannot be written in ${dirname(path)}: ${reason}.`, {
      ...(remedy === undefined ? {} : { remedy }),
      cause: error,
    });
  }
}

const noSpace = "Free space on that file system, or write to another one; nothing was left behind.";
const remedies: Readonly<Record<string, string>> = {
  ENOSPC: noSpace,
  EDQUOT: noSpace,
  EFBIG: "That file system or this user's limit does not allow a file this long; write to another one.",
  ENOENT: "Make the folder first.",
  ENOTDIR: "Name a file inside a folder.",
  EACCES: "Choose a folder that this user may write to.",
  EPERM: "Choose a folder that this user may write to.",
  EROFS: "Choose a file system that is not mounted read-only.",
};

/** The system's code of an error ("ENOSPC"), or "" when it is none of the system's. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && "syscall" in error ? String(error.code) : "";
}
