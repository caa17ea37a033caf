import type { preValidationAsyncHookHandler } from "fastify";
import type { CopyImageDeps } from "../../copies/copy-image.ts";
import type { DeleteImageDeps } from "../../images/delete-image.ts";
import type { UpdateImageDeps } from "../../images/update-image.ts";
import type { ExportImageDeps } from "../../transfers/export-image.ts";
import type { ImportImageDeps } from "../../transfers/import-image.ts";

/** What the IMS dialect works with. */
export interface ImsServices extends ImportImageDeps, ExportImageDeps, CopyImageDeps, DeleteImageDeps, UpdateImageDeps {
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
}
