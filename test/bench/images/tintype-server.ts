import { sqlCatalog } from "@tintype/server/adapters/sql/sql-catalog.ts";
import { openSqlite } from "@tintype/server/adapters/sqlite/open-sqlite.ts";
import { catalogPath } from "@tintype/server/data-folder.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ImageId, ProjectId } from "@tintype/server/ports/ids.ts";
import { plainImage } from "@tintype/server/ports/testing/plain-image.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { localToken } from "../../system/local-token.ts";
import { TintypeProcess } from "../../system/tintype-process.ts";
import type { BenchImage } from "./bench-image.ts";

/** A running server of ours with the given images, all of one project, and what its callers send along. */
export interface FilledTintype extends AsyncDisposable {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly projectId: string;
}

/** Starts a server as users do, with room for more images; every call is authenticated by a token and authorised. */
export async function startTintype(folder: string, images: readonly BenchImage[]): Promise<FilledTintype> {
  const room = { TINTYPE_LIMITS_IMAGES_PER_PROJECT: "1000000" };
  const server = await TintypeProcess.prepare(folder, { TINTYPE_LOG_LEVEL: "warn", ...room });
  await server.start();
  const { token, projectId } = await localToken(folder);
  await server.stop();
  const database = await openSqlite(catalogPath(folder));
  await sqlCatalog(database).transaction(async (catalog) => {
    for (const image of images) {
      await catalog.images.insert(toRecord(image, projectId));
    }
  });
  await database.destroy();
  await server.start();
  return {
    url: server.endpoint,
    headers: { "x-auth-token": token },
    projectId,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
    },
  };
}

function toRecord({ id, name, createdAt, tags, properties }: BenchImage, projectId: string): ImageRecord {
  return plainImage({
    id: id as ImageId,
    projectId: projectId as ProjectId,
    name,
    disks: [{ blobId: "0".repeat(32) as BlobId, virtualSizeBytes: 40 * 2 ** 30, dataBytes: 2 ** 30 }],
    osVersion: "Ubuntu 22.04 server 64bit",
    platform: "Ubuntu",
    origin: "file,bucket:file",
    sourceFormat: "qcow2",
    tags,
    properties,
    createdAt,
    updatedAt: createdAt,
    activeAt: createdAt,
  });
}
