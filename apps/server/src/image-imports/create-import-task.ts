import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { declareImage } from "../images/declared/declare-image.ts";
import type { DeclareDeps } from "../images/declared/declare-image.ts";
import type { NewDeclaration } from "../images/declared/declare-image.ts";
import { checkRules } from "../images/check-rules.ts";
import type { Principal } from "../ports/principal.ts";
import { formatsAreSet } from "./import-rules.table.ts";
import { requireAdministrator } from "./image-tasks.ts";
import { checkAddress, startImageImport } from "./start-image-import.ts";
import type { StartImportDeps } from "./start-image-import.ts";

/** An image to be made, and where its file lies. */
export interface ImportTaskRequest {
  readonly declaration: NewDeclaration;
  readonly uri: string;
  readonly requestId: string;
}

/**
 * Makes an image and imports it from an address in one call: the older way, which only administrators have. It goes the same way as every
 * import, so what must not be opened is not opened here either. An import that fails later leaves the image, which waits for content.
 *
 * Throws  api.operatorsOnly; image.importFormatMissing; image.urlRefused; as `declareImage` and `startImageImport`
 */
export async function createImportTask(
  deps: StartImportDeps & DeclareDeps,
  principal: Principal,
  request: ImportTaskRequest,
): Promise<JobRecord> {
  requireAdministrator(principal);
  const { declaration, uri, requestId } = request;
  checkRules([formatsAreSet], declaration.fields);
  await checkAddress(deps, uri);
  const image = await declareImage(deps, principal, declaration);
  const wish = { names: undefined, mustSucceed: true };
  return await startImageImport(deps, principal, {
    imageId: image.id,
    method: { name: "web-download", uri },
    wish,
    requestId,
    type: "import",
  });
}
