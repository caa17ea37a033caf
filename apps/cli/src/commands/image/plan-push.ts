import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { NewImage } from "@tintype/client/image-api.ts";
import type { ImagePush } from "@tintype/client/push/push-image.ts";
import type { PushSource } from "@tintype/client/push/push-source.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import type { CliContext } from "../../context.ts";
import { UsageError } from "../../errors/command-errors.ts";
import { openDiskFile } from "../disk/open-disk-file.ts";
import { rawNote, requireLocalFile } from "./look-into-file.ts";
import { nameFrom } from "./plan-import.ts";
import type { PushFlags } from "./push.ts";

/** A push that can begin. Disposal closes the file. */
export interface PlannedPush extends ImagePush, AsyncDisposable {}

const GIB = 1024 ** 3;

/**
 * Looks at a file as the service will: what it would refuse is refused before a byte is sent, and what can be found out is filled in.
 *
 * Throws  DiskError; UsageError for what is no file of this machine, or has two formats
 */
export async function planPush(context: CliContext, flags: PushFlags, file: string): Promise<PlannedPush> {
  const { asDisk = false } = flags;
  requireLocalFile(file);
  if (asDisk && flags.diskFormat !== undefined && flags.diskFormat !== "raw") {
    throw new UsageError("With --as-disk the image is raw: leave --disk-format out.");
  }
  await using opened = new AsyncDisposableStack();
  const { disk } = await openDiskFile(file, context);
  opened.use(disk);
  const raw = asDisk || flags.diskFormat !== undefined || /\.raw$/i.test(file) ? [] : rawNote(file, disk.format);
  for (const note of [...raw, ...disk.warnings.map(({ message }) => message)]) {
    context.process.stderr.write(`Note: ${note}\n`);
  }
  const source = asDisk ? contentOf(disk) : opened.use(await openLocalFile(file));
  const { mtimeMs, size } = await stat(file);
  const closing = opened.move();
  return {
    source,
    file: { path: resolve(file), changed: mtimeMs, read: asDisk ? "disk" : "file" },
    isUnchanged: async () => {
      const now = await statOf(file);
      return now?.mtimeMs === mtimeMs && now.size === size;
    },
    image: imageOf(flags, file, disk),
    [Symbol.asyncDispose]: () => closing[Symbol.asyncDispose](),
  };
}

/** Undefined when there is no such file. */
async function statOf(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

function imageOf(
  { name, diskFormat, containerFormat = "bare", minDisk, tag = [], asDisk }: PushFlags,
  file: string,
  disk: VirtualDisk,
): NewImage {
  return {
    name: name ?? nameFrom(file),
    diskFormat: diskFormat ?? (asDisk === true ? "raw" : disk.format),
    containerFormat,
    minDiskGiB: minDisk ?? Math.max(1, Math.ceil(disk.virtualSizeBytes / GIB)),
    tags: tag,
  };
}

function contentOf(disk: VirtualDisk): PushSource {
  return {
    lengthBytes: disk.virtualSizeBytes,
    read: async (offset, length, options) => await disk.read(offset, length, options),
    extents: (options) => disk.extents(options),
  };
}
