import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import type { preValidationAsyncHookHandler } from "fastify";
import type { ImageCache } from "../../image-cache/image-cache.ts";
import type { EditImageDeps } from "../../images/declared/edit-image.ts";
import type { DeleteImageDeps } from "../../images/delete-image.ts";
import type { StartImportDeps } from "../../image-imports/start-image-import.ts";
import type { MetadefsDeps } from "../../metadefs/metadefs-deps.ts";
import type { FileSettings } from "../../transfers/files/receive-file.ts";
import type { TakeFileDeps } from "../../transfers/files/take-file.ts";
import type { UrlReader } from "../../ports/url-reader.ts";
import type { ReadBody } from "../incoming-body.ts";
import type { LocationSettings } from "../../images/locations/location-change.ts";

/** What the dialect of the OpenStack Image API works with. */
export interface ImageV2Services extends MetadefsDeps, TakeFileDeps, EditImageDeps, DeleteImageDeps, StartImportDeps {
  readonly files: FileSettings & LocationSettings;
  readonly urlReader: UrlReader;
  readonly jobs: Pick<JobRunner, "dispatch" | "wait">;
  readonly readBody: ReadBody;
  /** Absent where there is no cache. */
  readonly imageCache?: ImageCache | undefined;
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
}
