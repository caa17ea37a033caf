import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ListUploadsAnswer, ListUploadsQuery, WantedAnswer, WantedRequest } from "@tintype/contract/api/uploads.ts";
import type { Upload } from "@tintype/contract/api/uploads.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { uploadsPath } from "@tintype/contract/tus/tus-protocol.ts";
import { Type } from "typebox";
import type { ResumableUpload } from "../../ports/upload-catalog.ts";
import { findWanted } from "../../uploads/find-wanted.ts";
import { listUploads } from "../../uploads/list-uploads.ts";
import { whileAsked } from "../while-asked.ts";
import { parseUploadMetadata } from "./parse-upload-metadata.ts";
import type { TusDeps } from "./tus-services.ts";
import { readUploadCursor, toUploadCursor } from "./upload-cursor.ts";

const tags = ["uploads"];
const access = ["obs:object:PutObject", "ims:images:upload"] as const;
const defaultLimit = 50;

/** What the tus protocol has no words for: which uploads there are, and which chunks of a file are wanted. */
export function addPushRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], deps: TusDeps): void {
  app.get(
    uploadsPath,
    {
      config: { access },
      schema: {
        operationId: "listUploads",
        summary: "List uploads, newest first",
        tags,
        querystring: ListUploadsQuery,
        response: { 200: ListUploadsAnswer, "4xx": ProblemBody },
      },
    },
    async ({ principal, query: { state = "unfinished", limit = defaultLimit, cursor } }) => {
      const after = cursor === undefined ? undefined : readUploadCursor(cursor);
      const { uploads, next } = await listUploads(deps, principal, { isComplete: state === "complete", after, limit });
      return { uploads: uploads.map(toUpload), ...(next !== undefined && { nextCursor: toUploadCursor(next) }) };
    },
  );
  app.post(
    `${uploadsPath}/:upload_id/wanted`,
    {
      config: { access },
      schema: {
        operationId: "findWantedChunks",
        summary: "Ask which chunks of a file the project does not have",
        tags,
        params: Type.Object({ upload_id: Type.String() }),
        body: WantedRequest,
        response: { 200: WantedAnswer, "4xx": ProblemBody },
      },
    },
    async ({ principal, params, body: { offset, digests } }, reply) => {
      const { wanted, chunkSizeBytes } = await whileAsked(reply.raw, async (signal) =>
        findWanted(deps, principal, { uploadId: params.upload_id, offsetBytes: offset, digests, signal }),
      );
      return { wanted: [...wanted], chunkSizeBytes };
    },
  );
}

function toUpload({ id, offsetBytes, lengthBytes, metadata, createdAt, expiresAt }: ResumableUpload): Upload {
  return {
    id,
    offsetBytes,
    ...(lengthBytes !== undefined && { lengthBytes }),
    metadata: Object.fromEntries(parseUploadMetadata(metadata)),
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}
