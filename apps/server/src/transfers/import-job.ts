import type { JobKind, StepContext } from "@tintype/jobs/job-kind.ts";
import type { JobProgress, JobRecord } from "@tintype/jobs/job-record.ts";
import type { ReleaseDeps } from "../buckets/release-blobs.ts";
import type { OsLists } from "../os-lists/known-systems.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Limits } from "../quotas/limits.ts";
import { addArchiveImages } from "./add-archive-images.ts";
import { discardImages } from "./discard-image.ts";
import { deleteSources } from "./delete-sources.ts";
import { foundFields } from "./found-fields.ts";
import { importKinds, kindsWithParts } from "./import-work.ts";
import type { ImportInput, ImportKind, ImportWork } from "./import-work.ts";
import { inspectFiles } from "./inspect-file.ts";
import type { FileFacts } from "./inspect-file.ts";
import { emptyImage } from "./native/empty-image.ts";
import { recogniseNothing } from "./recognise-os.ts";
import type { OsRecogniser } from "./recognise-os.ts";
import { madeFileBytes } from "./made-file-bytes.ts";
import { sealImages } from "./seal-image.ts";
import type { StoreDiskDeps } from "./store-disk.ts";
import { storeFile } from "./store-file.ts";
import { describeTransferError } from "./transfer-error.ts";
import { warningsOf } from "./warnings-of.ts";
import type { JobWarning } from "./warnings-of.ts";

/** What an import needs, also to clean up after itself. */
export interface ImportJobDeps extends StoreDiskDeps, Pick<ReleaseDeps, "log"> {
  readonly limits: Limits;
  readonly osLists: OsLists;
  /** Default: nobody looks. */
  readonly recogniseOs?: OsRecogniser;
}

/** What the look into the files told. */
export type Inspection = { readonly disks: readonly FileFacts[]; readonly warnings: readonly JobWarning[] };

/** Bytes that are not zero, in the order of the inspected disks. */
type Stored = { readonly dataBytes: readonly number[] };

/** All kinds of jobs that make images from files. */
export function importJobs(deps: ImportJobDeps): readonly JobKind[] {
  return Object.values(importKinds).map((name) => importJob(deps, name));
}

/**
 * Makes images from files in buckets: *inspect* decides by content what the files are, *store* keeps the disks' content, *seal* makes the
 * images active, all at once; then *tidy* deletes the files, where that was asked for. Whatever ends it early leaves no image, no bytes, and the quota as it was; an image that was there before, by
 * its metadata, waits for content again.
 *
 * Restart  every step may run again: images and blobs have fixed names, and are there already or not at all
 */
export function importJob(deps: ImportJobDeps, name: ImportKind): JobKind {
  return {
    name,
    steps: [
      { name: "inspect", run: (context) => inspect(deps, context) },
      { name: "store", run: (context) => store(deps, context) },
      { name: "seal", run: (context) => seal(deps, context), settlesJob: true },
      { name: "tidy", run: (context) => tidy(deps, context) },
    ],
    describeError: describeTransferError,
    onEnded: (job) => (name === importKinds.native ? emptyImage(deps, namesOf(job)[0]) : discardImages(deps, namesOf(job))),
  };
}

async function inspect(deps: ImportJobDeps, { job, signal }: StepContext): Promise<Inspection> {
  const work = workOf(job);
  const disks = await inspectFiles({ recogniseOs: recogniseNothing, ...deps }, work, { signal });
  if (work.isArchive) {
    await addArchiveImages(deps, disks);
  }
  return { disks, warnings: await warningsOf(deps, disks) };
}

async function store(deps: ImportJobDeps, context: StepContext): Promise<Stored> {
  const { disks } = inspectionOf(context);
  const { projectId } = workOf(context.job);
  const totalBytes = disks.reduce((sum, { virtualSizeBytes }) => sum + virtualSizeBytes, 0);
  const dataBytes: number[] = [];
  let doneBytes = 0;
  for (const disk of disks) {
    const report = ({ doneBytes: done, totalBytes: all }: JobProgress): void =>
      context.progress(
        // One disk counts its data; of several only the sizes are known beforehand.
        disks.length === 1
          ? { doneBytes: done, totalBytes: all }
          : { doneBytes: doneBytes + Math.floor((disk.virtualSizeBytes * done) / Math.max(all, 1)), totalBytes },
      );
    dataBytes.push((await storeFile(deps, { ...disk, projectId }, { signal: context.signal, progress: report })).dataBytes);
    doneBytes += disk.virtualSizeBytes;
  }
  return { dataBytes };
}

async function seal(deps: ImportJobDeps, context: StepContext): Promise<{ readonly imageIds: readonly string[] } | undefined> {
  const { disks } = inspectionOf(context);
  // The step above ran: its output came through JSON, which keeps all of it.
  const { dataBytes } = context.outputs["store"] as Stored;
  const filled = disks.map(async (facts, index) => {
    const { imageId, blobId, virtualSizeBytes } = facts;
    const fileBytes = await madeFileBytes(deps.store, facts, context.signal);
    const disk = { blobId, virtualSizeBytes, dataBytes: dataBytes[index] ?? 0, fileBytes };
    const stores = await deps.stores.holding(blobId);
    return { imageId, disk, stores, found: (image: ImageRecord) => foundFields(deps.osLists.current, image, facts) };
  });
  await sealImages(deps, await Promise.all(filled));
  return kindsWithParts.has(context.job.kind) ? { imageIds: disks.map(({ imageId }) => imageId) } : undefined;
}

/** The files stay unless it was asked for: what nobody asked about is nobody's to delete. */
async function tidy(deps: ImportJobDeps, context: StepContext): Promise<void> {
  const work = workOf(context.job);
  if (work.deletesSources === true) {
    await deleteSources(deps, { projectId: work.projectId, files: inspectionOf(context).disks });
  }
}

/** Everything that the job may have made. */
function namesOf(job: JobRecord): ImportInput["spares"] {
  const { parts, spares } = workOf(job);
  return [...parts, ...spares];
}

/** Rows of these kinds are inserted by `importFiles` and `registerFile` alone. */
function workOf(job: JobRecord): ImportWork {
  return { ...(job.input as unknown as ImportInput), projectId: job.projectId as ProjectId };
}

/** The output of the first step, through JSON that keeps every field of it. */
function inspectionOf({ outputs }: StepContext): Inspection {
  return outputs["inspect"] as unknown as Inspection;
}
