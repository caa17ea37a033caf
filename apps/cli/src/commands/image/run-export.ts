import { createHash } from "node:crypto";
import { access, constants, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import { Buckets } from "@tintype/client/buckets.ts";
import type { ObjectName } from "@tintype/client/buckets.ts";
import { ApiError } from "@tintype/client/errors/api-error.ts";
import { ConnectionError } from "@tintype/client/errors/connection-error.ts";
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
  const buckets = new Buckets(session);
  const images = new Images(session);
  const image = await findImage(images, idOrName, this.signal);
  const bucket = await chooseBucket(session, buckets, flags.bucket, this.signal);
  const progress = startProgress(this, flags);
  const work = new ImageExport(this, { images, jobs: new Jobs(session), buckets, progress }, { bucket, key: stagingKey(image.id, flags) });
  try {
    await work.stage(image.id, flags.format);
    await work.fetch(flags.output);
  } finally {
    progress.end();
  }
  const { size: fileSizeBytes } = await stat(flags.output);
  if (flags.json) {
    writeJson(this, { file: flags.output, format: flags.format, fileSizeBytes, imageId: image.id });
  } else {
    this.process.stdout.write(`${flags.output}\n`);
  }
}

/** An earlier command that was killed leaves its task at work. */
function isBeingExported(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === "IMG.0148";
}

/** Finds out before any work whether the file can be written. */
async function checkOutput(output: string): Promise<void> {
  await access(dirname(output), constants.W_OK);
  const there = await stat(output).catch(() => undefined);
  if (there !== undefined && !there.isFile()) {
    throw new UsageError(`${output} is there and is not a regular file: choose another name.`);
  }
}

/**
 * The same image, format and file have the same key in every run, so that an interrupted one is found again; another file has another,
 * so that two exports do not meet. What an image holds never changes.
 */
function stagingKey(imageId: string, { format, output }: ExportFlags): string {
  const place = createHash("sha256").update(JSON.stringify([hostname(), resolve(output)]));
  return `exports/${imageId}-${place.digest("hex").slice(0, 12)}.${format}`;
}

interface Tools {
  readonly images: Images;
  readonly jobs: Jobs;
  readonly buckets: Buckets;
  readonly progress: ProgressLine;
}

/** The steps of an export: into an object of a bucket, and from there into a file. */
class ImageExport {
  readonly #context: CliContext;
  readonly #tools: Tools;
  readonly #object: ObjectName;

  constructor(context: CliContext, tools: Tools, object: ObjectName) {
    this.#context = context;
    this.#tools = tools;
    this.#object = object;
  }

  /** Has the image written to the object, unless an earlier run has. */
  async stage(imageId: string, format: string): Promise<void> {
    const { images, jobs, buckets, progress } = this.#tools;
    if ((await buckets.head(this.#object, { signal: this.#context.signal })) !== undefined) {
      return;
    }
    // Not stopped half-way: the answer names the job that would have to be cancelled.
    const jobId = await images.export(imageId, { object: this.#object, format }).catch((error: unknown) => {
      const [other] = isBeingExported(error) ? (/\b[0-9a-f]{32}\b/.exec(error.message) ?? []) : [];
      if (other !== undefined) {
        progress.note(`"tintype job watch ${other}" shows that task, and "tintype job cancel ${other}" ends it.`);
      }
      throw error;
    });
    try {
      await followJob(this.#context, jobs, jobId, progress);
    } catch (error) {
      throw this.#isStopped(error) ? new CancelledError(await cancelPolitely(this.#context, jobs, jobId), { cause: error }) : error;
    }
  }

  /** Fetches the object and removes it. It stays only when fetching was interrupted and can go on. */
  async fetch(output: string): Promise<void> {
    const { buckets, progress } = this.#tools;
    const { signal, timers } = this.#context;
    try {
      await downloadFile(this.#object, output, {
        buckets,
        timers,
        signal,
        onProgress: (state) => progress.update({ step: "download", ...state }),
        onRetry: (error) => noteRetry(progress, error),
      });
    } catch (error) {
      const kept = `What was fetched is kept beside ${output}, the rest in bucket ${this.#object.bucket}: the same command goes on from there.`;
      if (this.#isStopped(error)) {
        throw new CancelledError(`Cancelled. ${kept}`, { cause: error });
      }
      if (error instanceof ConnectionError) {
        progress.note(kept);
      } else {
        await this.#removeObject();
      }
      throw error;
    }
    await this.#removeObject();
  }

  async #removeObject(): Promise<void> {
    const { bucket, key } = this.#object;
    try {
      await this.#tools.buckets.delete(this.#object);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#tools.progress.note(`The exported object could not be removed and stays as ${bucket}:${key}: ${reason}`);
    }
  }

  #isStopped(error: unknown): boolean {
    const { signal } = this.#context;
    return signal.aborted && error === signal.reason;
  }
}
