import { Buckets } from "@tintype/client/buckets.ts";
import type { ObjectName } from "@tintype/client/buckets.ts";
import { ConnectionError } from "@tintype/client/errors/connection-error.ts";
import type { Image } from "@tintype/client/image.ts";
import { Images } from "@tintype/client/images.ts";
import type { ImageFromObject } from "@tintype/client/images.ts";
import { Jobs } from "@tintype/client/jobs.ts";
import { uploadFile } from "@tintype/client/transfer/upload-file.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { CancelledError, JobFailedError, NotFoundError, UsageError } from "../../errors/command-errors.ts";
import type { ProgressLine } from "../../output/progress-line.ts";
import { plainText } from "../../output/plain-text.ts";
import { startProgress } from "../../output/start-progress.ts";
import { cancelPolitely } from "../job/cancel-politely.ts";
import { followJob, noteRetry } from "../job/follow-job.ts";
import { chooseBucket } from "./choose-bucket.ts";
import { chooseEncryption } from "./choose-encryption.ts";
import type { ImportFlags } from "./import.ts";
import { outcomeOf } from "./import-outcome.ts";
import type { ImportWarning } from "./import-outcome.ts";
import { planImport } from "./plan-import.ts";
import type { ImportPlan } from "./plan-import.ts";
import { requireImportable } from "./require-importable.ts";
import { uploadName } from "./upload-name.ts";
import { writeImage } from "./write-image.ts";

export async function runImport(this: CliContext, flags: ImportFlags, file: string): Promise<void> {
  if (flags.keepUpload && flags.deleteSource) {
    throw new UsageError("--keep-upload and --delete-source contradict each other: leave one of them out.");
  }
  const plan = await planImport(this, flags, file);
  const session = await openSession(this, flags);
  const buckets = new Buckets(session);
  const progress = startProgress(this, flags);
  const work = new ImageImport(this, flags, { images: new Images(session), jobs: new Jobs(session), buckets, progress });
  try {
    const encryption = await chooseEncryption(session, flags.key, this.signal);
    await requireImportable(session, { file, flags, plan, encryption }, this.signal);
    const object = await work.upload(file, plan, await chooseBucket(session, buckets, flags.bucket, this.signal));
    const jobId = await work.begin({ ...plan, encryption }, object);
    if (flags.detach) {
      progress.end();
      this.process.stdout.write(flags.json ? `${JSON.stringify({ jobId, object })}\n` : `${jobId}\n`);
      return;
    }
    const made = await work.finish(jobId, object);
    progress.end();
    writeMade(this, flags, made);
  } finally {
    progress.end();
  }
}

/** What an import has made: an image, and of an appliance one more for each further disk. */
interface MadeImages {
  readonly image: Image;
  readonly dataImages: readonly Image[];
  readonly warnings: readonly ImportWarning[];
}

function writeMade(context: CliContext, flags: ImportFlags, { image, dataImages, warnings }: MadeImages): void {
  const all = [image, ...dataImages];
  for (const { imageId, message } of warnings) {
    const about = all.length === 1 ? undefined : all.find(({ id }) => id === imageId)?.name;
    context.process.stderr.write(plainText(`Warning: ${about === undefined ? "" : `${about}: `}${message}`) + "\n");
  }
  if (flags.json) {
    context.process.stdout.write(`${JSON.stringify({ ...image, warnings, dataImages })}\n`);
    return;
  }
  for (const [index, each] of all.entries()) {
    context.process.stdout.write(index === 0 ? "" : "\n");
    writeImage(context, each);
  }
}

interface Tools {
  readonly images: Images;
  readonly jobs: Jobs;
  readonly buckets: Buckets;
  readonly progress: ProgressLine;
}

/** The steps of an import, each with what is to be said and done when it is stopped. */
class ImageImport {
  readonly #context: CliContext;
  readonly #flags: ImportFlags;
  readonly #tools: Tools;

  constructor(context: CliContext, flags: ImportFlags, tools: Tools) {
    this.#context = context;
    this.#flags = flags;
    this.#tools = tools;
  }

  async upload(file: string, { isDisc }: Pick<ImportPlan, "isDisc">, bucket: string): Promise<ObjectName> {
    const { buckets, progress } = this.#tools;
    const { signal, timers } = this.#context;
    try {
      return await uploadFile(file, {
        buckets,
        bucket,
        name: uploadName(file, { isDisc }),
        timers,
        signal,
        onProgress: (state) => progress.update({ step: "upload", ...state }),
        onRetry: (error) => noteRetry(progress, error),
      });
    } catch (error) {
      const kept = `What was sent is kept in bucket ${bucket}: the same command goes on from there.`;
      if (this.#isStopped(error)) {
        throw new CancelledError(`Cancelled. ${kept}`, { cause: error });
      }
      if (error instanceof ConnectionError) {
        progress.note(kept);
      }
      throw error;
    }
  }

  /**
   * Registers the uploaded file. It stays when that is refused, so that a corrected command sends nothing twice. Not stopped half-way:
   * the answer names the job that would have to be cancelled.
   */
  async begin(plan: ImportPlan & Pick<ImageFromObject, "encryption">, object: ObjectName): Promise<string> {
    const { osVersion, description, deleteSource: deletesObject } = this.#flags;
    try {
      return await this.#tools.images.create({ ...plan, object, osVersion, description, deletesObject });
    } catch (error) {
      this.#tools.progress.note(`The upload is kept as ${object.bucket}:${object.key}; the next import of this file goes on from there.`);
      throw error;
    }
  }

  async finish(jobId: string, object: ObjectName): Promise<MadeImages> {
    const { jobs, progress } = this.#tools;
    try {
      const job = await followJob(this.#context, jobs, jobId, progress);
      await this.#removeUpload(object);
      const { imageIds, warnings } = outcomeOf(job);
      const [image, ...dataImages] = await this.#imagesOf(imageIds);
      if (image === undefined) {
        throw new NotFoundError(`The import succeeded, and its image is gone already. [job ${jobId}]`);
      }
      return { image, dataImages, warnings };
    } catch (error) {
      if (this.#isStopped(error)) {
        throw new CancelledError(
          `${await cancelPolitely(this.#context, jobs, jobId)} The upload is kept in bucket ${object.bucket}: the same command goes on from there.`,
        );
      }
      if (error instanceof JobFailedError || error instanceof CancelledError) {
        await this.#removeUpload(object);
      }
      if (error instanceof ConnectionError) {
        progress.note(`The job goes on without this command; "tintype job watch ${jobId}" shows it.`);
      }
      throw error;
    }
  }

  async #imagesOf(ids: readonly string[]): Promise<readonly Image[]> {
    const images: Image[] = [];
    for (const id of ids) {
      const image = await this.#tools.images.get(id);
      images.push(...(image === undefined ? [] : [image]));
    }
    return images;
  }

  async #removeUpload(object: ObjectName): Promise<void> {
    if (this.#flags.keepUpload) {
      return;
    }
    try {
      await this.#tools.buckets.delete(object);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#tools.progress.note(`The upload could not be removed and stays as ${object.bucket}:${object.key}: ${reason}`);
    }
  }

  #isStopped(error: unknown): boolean {
    const { signal } = this.#context;
    return signal.aborted && error === signal.reason;
  }
}
