import type { JobRecord } from "@tintype/jobs/job-record.ts";
import type { ImageKind } from "../ports/image-catalog.ts";
import type { ImageId, JobId } from "../ports/ids.ts";
import type { Inspection } from "./import-job.ts";
import { importKinds, kindsWithParts } from "./import-work.ts";
import type { ImportInput } from "./import-work.ts";

/** The part of an import that makes one of its images. */
export interface PartOfImport {
  readonly id: JobId;
  readonly kind: ImageKind;
  readonly imageId: ImageId;
  readonly imageName: string;
}

const allKinds: ReadonlySet<string> = new Set(Object.values(importKinds));

/** The parts of an import that makes several images, in their order; undefined for every other job. Further disks of an archive come to light while it runs. */
export function partsOfImport(job: JobRecord): readonly PartOfImport[] | undefined {
  if (!kindsWithParts.has(job.kind)) {
    return undefined;
  }
  // Rows of these kinds have this input.
  const { parts } = job.input as unknown as ImportInput;
  return (inspectionOf(job)?.disks ?? parts).map(({ partId, kind, imageId, imageName }) => ({ id: partId, kind, imageId, imageName }));
}

/** What the user of an import should know, in sentences. None for other jobs. */
export function warningsOfImport(job: JobRecord): readonly string[] {
  return allKinds.has(job.kind) ? (inspectionOf(job)?.warnings ?? []).map(({ message }) => message) : [];
}

/** What the first step of an import told, once it is over. It came through JSON, which keeps all of it. */
function inspectionOf(job: JobRecord): Inspection | undefined {
  const step = job.steps.find(({ name }) => name === "inspect");
  return (step?.output ?? undefined) as Inspection | undefined;
}
