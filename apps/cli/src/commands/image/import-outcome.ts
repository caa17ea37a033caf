import { isJsonObject, jsonObjects, textOf } from "@tintype/client/http/json-object.ts";
import type { Job } from "@tintype/contract/api/job.ts";

/** Something that the server has to say about an image that it made. */
export interface ImportWarning {
  readonly name: string;
  readonly imageId: string;
  readonly message: string;
}

/** What came of an import: its images, that of the system first, and what is to be known about them. */
export interface ImportOutcome {
  readonly imageIds: readonly string[];
  readonly warnings: readonly ImportWarning[];
}

/** Reads what the steps of an import have told. An import of one image names it as what the job is about. */
export function outcomeOf({ subjectId, steps }: Pick<Job, "subjectId" | "steps">): ImportOutcome {
  const told = (step: string, field: string): unknown => {
    const output = steps.find(({ name }) => name === step)?.output;
    return isJsonObject(output) ? output[field] : undefined;
  };
  const several = told("seal", "imageIds");
  const imageIds = Array.isArray(several) ? several.filter((id) => typeof id === "string") : [];
  return {
    imageIds: imageIds.length > 0 || subjectId === undefined ? imageIds : [subjectId],
    warnings: jsonObjects(told("inspect", "warnings")).map((warning) => ({
      name: textOf(warning, "name") ?? "",
      imageId: textOf(warning, "imageId") ?? "",
      message: textOf(warning, "message") ?? "",
    })),
  };
}
