import type { Principal } from "../ports/principal.ts";
import type { ResumableUpload, UploadPlace } from "../ports/upload-catalog.ts";
import { projectOf } from "../identity/project-of.ts";
import { mayTarget } from "./upload-target.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/** One page of uploads, and behind which one the next begins; undefined on the last page. */
export interface UploadPage {
  readonly uploads: readonly ResumableUpload[];
  readonly next: UploadPlace | undefined;
}

/**
 * Uploads of the caller's project that are complete, or those that are not, newest first; those that it has no rights to go on with are left out, so that a
 * page may be shorter than asked for.
 *
 * Throws  identity.projectRequired
 */
export async function listUploads(
  { catalog, clock }: Pick<UploadsDeps, "catalog" | "clock">,
  principal: Principal,
  { isComplete, after, limit }: { readonly isComplete: boolean; readonly after: UploadPlace | undefined; readonly limit: number },
): Promise<UploadPage> {
  // One more than asked for tells whether there is a next page.
  const found = await catalog.uploads.list(projectOf(principal), { isComplete, now: clock.now(), after, limit: limit + 1 });
  const page = found.slice(0, limit);
  return {
    uploads: page.filter(({ target }) => mayTarget(principal, target)),
    next: found.length > limit ? page.at(-1) : undefined,
  };
}
