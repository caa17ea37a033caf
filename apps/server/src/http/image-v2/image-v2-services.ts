import type { preValidationAsyncHookHandler } from "fastify";
import type { DeclareDeps } from "../../images/declared/declare-image.ts";
import type { DeleteImageDeps } from "../../images/delete-image.ts";
import type { StartImportDeps } from "../../image-imports/start-image-import.ts";
import type { MetadefsDeps } from "../../metadefs/metadefs-deps.ts";
import type { TakeFileDeps } from "../../transfers/files/take-file.ts";

/** What the dialect of the OpenStack Image API works with. */
export interface ImageV2Services extends MetadefsDeps, TakeFileDeps, DeclareDeps, DeleteImageDeps, StartImportDeps {
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
}
