import { ServiceError } from "@tintype/contract/service-error.ts";
import type { StepContext } from "@tintype/jobs/job-kind.ts";
import type { OsLists } from "../os-lists/known-systems.ts";
import type { ProjectId } from "../ports/ids.ts";
import { locationText } from "./file-location.ts";
import type { FileLocation } from "./file-location.ts";
import { foundFields } from "./found-fields.ts";
import type { FileFacts } from "./inspect-file.ts";
import { openFileDisk } from "./open-file-disk.ts";
import { beginStoring, findStoredDisk, storeDisk } from "./store-disk.ts";
import type { StoreDiskDeps, StoredDisk } from "./store-disk.ts";
import { fileRefused } from "./transfer-error.ts";

/**
 * Keeps the content of a file's disk in the store.
 *
 * Memory  see `storeDisk`
 * Repeat  a blob that an earlier attempt committed is taken as it is
 * Throws  IMG.0121, IMG.0057 also when the file was replaced since it was inspected; what `storeDisk` throws
 */
export async function storeFile(
  deps: StoreDiskDeps & { readonly osLists: OsLists },
  work: FileFacts & { readonly projectId: ProjectId },
  context: Pick<StepContext, "signal" | "progress">,
): Promise<StoredDisk> {
  const stored = await findStoredDisk(deps.store, work.blobId, context.signal);
  if (stored !== undefined) {
    return stored;
  }
  await using file = await openFileDisk(deps, work, { declaredFormat: work.format, member: work.member, signal: context.signal });
  if (file.object.etag !== work.etag) {
    throw replacedMeanwhile(work);
  }
  const begun = await beginStoring(deps, work.imageId);
  const image = { ...begun, ...foundFields(deps.osLists.current, begun, work) };
  try {
    return await storeDisk(deps, { image, blobId: work.blobId, disk: file.disk }, context);
  } catch (error) {
    throw fileRefused(work, error);
  }
}

function replacedMeanwhile(location: FileLocation): ServiceError {
  return new ServiceError("IMG.0057", {
    file: locationText(location),
    problemEn: "it was replaced while it was being imported",
    problemZh: "文件在导入过程中被替换",
    remedyEn: "Start the import again and leave the file alone meanwhile.",
    remedyZh: "请重新导入，期间不要改动该文件。",
  });
}
