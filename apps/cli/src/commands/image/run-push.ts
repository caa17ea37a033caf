import { ImageApi } from "@tintype/client/image-api.ts";
import type { FileImage } from "@tintype/client/image-api.ts";
import { pushImage } from "@tintype/client/push/push-image.ts";
import type { PushedImage } from "@tintype/client/push/push-image.ts";
import { Uploads } from "@tintype/client/push/uploads.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { CancelledError } from "../../errors/command-errors.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import type { ProgressLine } from "../../output/progress-line.ts";
import { startProgress } from "../../output/start-progress.ts";
import { writeFields } from "../../output/write-result.ts";
import { noteRetry } from "../job/follow-job.ts";
import { planPush } from "./plan-push.ts";
import type { PlannedPush } from "./plan-push.ts";
import type { PushFlags } from "./push.ts";

export async function runPush(this: CliContext, flags: PushFlags, file: string): Promise<void> {
  await using plan = await planPush(this, flags, file);
  const session = await openSession(this, flags);
  const progress = startProgress(this, flags);
  try {
    const pushed = await push(this, plan, { images: new ImageApi(session), uploads: new Uploads(session), progress });
    progress.end();
    if (flags.json) {
      this.process.stdout.write(`${JSON.stringify({ ...pushed.image, ...pushed.totals })}\n`);
    } else {
      writePushed(this, pushed);
    }
  } finally {
    progress.end();
  }
}

async function push(
  context: CliContext,
  plan: PlannedPush,
  tools: { readonly images: ImageApi; readonly uploads: Uploads; readonly progress: ProgressLine },
): Promise<PushedImage> {
  const { timers, signal } = context;
  const { images, uploads, progress } = tools;
  let begun: FileImage | undefined;
  try {
    return await pushImage(plan, {
      images,
      uploads,
      timers,
      signal,
      onImage: (image, isResumed) => {
        begun = image;
        if (isResumed) {
          progress.note(`Going on with image ${image.id} (${image.name}).`);
        }
      },
      onProgress: ({ doneBytes, totalBytes, resumedBytes, savedBytes, zeroBytes }) =>
        progress.update({
          step: "push",
          doneBytes,
          totalBytes,
          reusedBytes: resumedBytes + savedBytes + zeroBytes,
          earlierBytes: resumedBytes,
        }),
      onRetry: (error) => noteRetry(progress, error),
      onDiscarded: (failure) => {
        progress.note(discardedNote(begun, failure));
        begun = undefined;
      },
    });
  } catch (error) {
    const kept = begun && `What was sent is kept for image ${begun.id}: the same command goes on from there.`;
    if (signal.aborted && error === signal.reason) {
      throw new CancelledError(kept === undefined ? "Cancelled before anything was sent." : `Cancelled. ${kept}`, { cause: error });
    }
    if (kept !== undefined) {
      progress.note(kept);
    }
    throw error;
  }
}

function discardedNote(begun: FileImage | undefined, failure: unknown): string {
  return failure === undefined
    ? `Image ${begun?.id} was begun, and is deleted.`
    : `Image ${begun?.id} was begun, and could not be deleted: delete it with "tintype image delete".`;
}

function writePushed(context: CliContext, { image, totals }: PushedImage): void {
  const bytes = (count: number) => ({ text: `${formatBytes(count)} (${count} bytes)`, raw: String(count) });
  writeFields(context, [
    ["id", image.id],
    ["name", image.name],
    ["status", image.status],
    ["size", bytes(image.sizeBytes ?? 0)],
    ["disk format", image.diskFormat],
    ["container format", image.containerFormat],
    ["min disk", { text: `${image.minDiskGiB} GiB`, raw: String(image.minDiskGiB) }],
    ["tags", image.tags.join(", ")],
    [image.digest?.algorithm ?? "digest", image.digest?.value ?? ""],
    ["sent", bytes(totals.sentBytes)],
    ["sent before", bytes(totals.resumedBytes)],
    ["was there", bytes(totals.savedBytes)],
    ["zeros", bytes(totals.zeroBytes)],
  ]);
}
