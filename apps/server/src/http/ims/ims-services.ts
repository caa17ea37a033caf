import type { preValidationAsyncHookHandler } from "fastify";
import type { CrossRegionCopyDeps } from "../../copies/copy-image-cross-region.ts";
import type { CopyImageDeps } from "../../copies/copy-image.ts";
import type { DeleteImageDeps } from "../../images/delete-image.ts";
import type { UpdateImageDeps } from "../../images/update-image.ts";
import type { ExportImageDeps } from "../../transfers/export-image.ts";
import type { ImportFilesDeps } from "../../transfers/import-files.ts";
import type { UploadContentDeps } from "../../transfers/native/upload-content.ts";
import type { ReadBody } from "../incoming-body.ts";

/** What the IMS dialect works with. */
export interface ImsServices
  extends ImportFilesDeps, UploadContentDeps, ExportImageDeps, CopyImageDeps, CrossRegionCopyDeps, DeleteImageDeps, UpdateImageDeps {
  readonly readBody: ReadBody;
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
}
