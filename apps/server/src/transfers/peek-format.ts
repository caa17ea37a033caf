import { isDiskError } from "@tintype/disk/core/disk-error.ts";
import type { DetectedFormat } from "@tintype/disk/core/disk-format.ts";
import { detectFormat } from "@tintype/disk/detect/detect-format.ts";
import { openObject } from "../buckets/open-object.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { FileLocation } from "./file-location.ts";
import { fileRefused } from "./transfer-error.ts";

/**
 * What the content of a file is, by its first MiB and its last 4 KiB; undefined when that is not clear, which the task will say in full.
 *
 * Throws  IMG.0121 when the file is gone; what the store throws
 */
export async function peekFormat(
  deps: Parameters<typeof openObject>[0],
  { projectId, bucket, key }: FileLocation & { readonly projectId: ProjectId },
): Promise<DetectedFormat | undefined> {
  try {
    await using opened = await openObject(deps, { projectId, bucket, key });
    return (await detectFormat(opened.source)).format;
  } catch (error) {
    if (isDiskError(error)) {
      return undefined;
    }
    throw fileRefused({ bucket, key }, error);
  }
}
