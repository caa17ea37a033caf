import { ConnectionError } from "@tintype/client/errors/connection-error.ts";
import { textOf, isJsonObject } from "@tintype/client/http/json-object.ts";
import type { Image } from "@tintype/client/image.ts";
import { Images } from "@tintype/client/images.ts";
import { Jobs } from "@tintype/client/jobs.ts";
import type { Job } from "@tintype/contract/api/job.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { CancelledError, NotFoundError, UsageError } from "../../errors/command-errors.ts";
import type { ProgressLine } from "../../output/progress-line.ts";
import { startProgress } from "../../output/start-progress.ts";
import { writeJson } from "../../output/write-result.ts";
import { cancelPolitely } from "../job/cancel-politely.ts";
import { followJob } from "../job/follow-job.ts";
import { chooseEncryption } from "./choose-encryption.ts";
import type { CopyFlags } from "./copy.ts";
import { findImage } from "./find-image.ts";
import { writeImage } from "./write-image.ts";

export async function runCopy(this: CliContext, flags: CopyFlags, idOrName: string): Promise<void> {
  const session = await openSession(this, flags);
  const images = new Images(session);
  const original = await findImage(images, idOrName, this.signal);
  checkFlags(flags, original);
  const { name, description } = flags;
  const encryption = await chooseEncryption(session, flags.key, this.signal);
  // Not stopped half-way: the answer names the job that would have to be cancelled.
  const jobId = await images.copy(original.id, { name, description, encryption });
  const progress = startProgress(this, flags);
  try {
    const copy = await copyOf(images, await awaitCopy(this, new Jobs(session), jobId, progress));
    progress.end();
    if (flags.json) {
      writeJson(this, copy);
    } else {
      writeImage(this, copy);
    }
  } finally {
    progress.end();
  }
}

/** Nobody shall get a readable copy of an encrypted image by leaving something out. */
function checkFlags({ key, decrypt = false }: CopyFlags, original: Image): void {
  if (key !== undefined && decrypt) {
    throw new UsageError("--key encrypts the copy and --decrypt does not: give one of them.");
  }
  if (original.keyId !== "" && key === undefined && !decrypt) {
    throw new UsageError(`The image ${original.name} is encrypted: give --key for a copy with another key, or --decrypt for one without.`);
  }
  if (original.keyId === "" && decrypt) {
    throw new UsageError(`The image ${original.name} is not encrypted: leave --decrypt out.`);
  }
}

// oxlint-disable-next-line max-params -- the same four as those of `followJob`
async function awaitCopy(context: CliContext, jobs: Jobs, jobId: string, progress: ProgressLine): Promise<Job> {
  try {
    return await followJob(context, jobs, jobId, progress);
  } catch (error) {
    if (context.signal.aborted && error === context.signal.reason) {
      throw new CancelledError(await cancelPolitely(context, jobs, jobId), { cause: error });
    }
    if (error instanceof ConnectionError) {
      progress.note(`The job goes on without this command; "tintype job watch ${jobId}" shows it.`);
    }
    throw error;
  }
}

async function copyOf(images: Images, job: Job): Promise<Image> {
  const id = isJsonObject(job.result) ? textOf(job.result, "imageId") : undefined;
  const copy = id === undefined ? undefined : await images.get(id);
  if (copy === undefined) {
    throw new NotFoundError(`The copy succeeded, and its image is gone already. [job ${job.id}]`);
  }
  return copy;
}
