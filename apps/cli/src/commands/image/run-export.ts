import { randomUUID } from "node:crypto";
import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Buckets } from "@tintype/client/buckets.ts";
import type { ObjectName } from "@tintype/client/buckets.ts";
import { Images } from "@tintype/client/images.ts";
import { Jobs } from "@tintype/client/jobs.ts";
import { downloadFile } from "@tintype/client/transfer/download-file.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { CancelledError, UsageError } from "../../errors/command-errors.ts";
import type { ProgressLine } from "../../output/progress-line.ts";
import { startProgress } from "../../output/start-progress.ts";
import { writeJson } from "../../output/write-result.ts";
import { cancelPolitely } from "../job/cancel-politely.ts";
import { followJob, noteRetry } from "../job/follow-job.ts";
import { chooseBucket } from "./choose-bucket.ts";
import type { ExportFlags } from "./export.ts";
import { findImage } from "./find-image.ts";

export async function runExport(this: CliContext, flags: ExportFlags, idOrName: string): Promise<void> {
  await checkOutput(flags.output);
  const session = await openSession(this, flags);
  const images = new Images(session);
  const buckets = new Buckets(session);
  const image = await findImage(images, idOrName, this.signal);
  const bucket = await chooseBucket(session, buckets, flags.bucket, this.signal);
  const object = { bucket, key: `exports/${image.id}-${randomUUID()}.${flags.format}` };
  const progress = startProgress(this, flags);
  try {
    // Not stopped half-way: the answer names the job that would have to be cancelled.
    const jobId = await images.export(image.id, { object, format: flags.format });
    await finishJob(this, new Jobs(session), jobId, progress);
    await fetchObject(this, buckets, { object, output: flags.output, progress });
  } finally {
    await removeStaging(buckets, object, progress);
    progress.end();
  }
  const { size: fileSizeBytes } = await stat(flags.output);
  if (flags.json) {
    writeJson(this, { file: flags.output, format: flags.format, fileSizeBytes, imageId: image.id });
  } else {
    this.process.stdout.write(`${flags.output}\n`);
  }
}

/** Finds out before any work whether the file can be written. */
async function checkOutput(output: string): Promise<void> {
  await access(dirname(output), constants.W_OK);
  const there = await stat(output).catch(() => undefined);
  if (there !== undefined && !there.isFile()) {
    throw new UsageError(`${output} is there and is not a regular file: choose another name.`);
  }
}

async function finishJob(context: CliContext, jobs: Jobs, jobId: string, progress: ProgressLine): Promise<void> {
  try {
    await followJob(context, jobs, jobId, progress);
  } catch (error) {
    if (context.signal.aborted && error === context.signal.reason) {
      throw new CancelledError(await cancelPolitely(context, jobs, jobId), { cause: error });
    }
    throw error;
  }
}

interface Download {
  readonly object: ObjectName;
  readonly output: string;
  readonly progress: ProgressLine;
}

async function fetchObject(context: CliContext, buckets: Buckets, { object, output, progress }: Download): Promise<void> {
  const { signal, timers } = context;
  try {
    await downloadFile(object, output, {
      buckets,
      timers,
      signal,
      onProgress: (state) => progress.update({ step: "download", ...state }),
      onRetry: (error) => noteRetry(progress, error),
    });
  } catch (error) {
    if (signal.aborted && error === signal.reason) {
      throw new CancelledError(`Cancelled. What was fetched is kept beside ${output}: the same command goes on from there.`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** The object only carried the bytes. Not reached when nothing was written to it yet, which is harmless. */
async function removeStaging(buckets: Buckets, object: ObjectName, progress: ProgressLine): Promise<void> {
  try {
    await buckets.delete(object);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    progress.note(`The exported object could not be removed and stays as ${object.bucket}:${object.key}: ${reason}`);
  }
}
