import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import {
  chunkSizeHeader,
  ContinueUploadHeaders,
  CreateUploadHeaders,
  tusChecksums,
  tusExtensions,
  tusVersion,
  UploadHeaders,
  uploadsPath,
} from "@tintype/contract/tus/tus-protocol.ts";
import { Type } from "typebox";
import type { ResumableUpload } from "../../ports/upload-catalog.ts";
import { appendToUpload } from "../../uploads/append-to-upload.ts";
import { createUpload } from "../../uploads/create-upload.ts";
import { endUpload } from "../../uploads/end-upload.ts";
import { findUpload } from "../../uploads/find-upload.ts";
import { largestUpload } from "../../uploads/upload-limits.ts";
import type { RouteTrace } from "../route-access.ts";
import { parseUploadMetadata, targetOf } from "./parse-upload-metadata.ts";
import { headerOf, readBytes, readNewLength } from "./read-upload-headers.ts";
import type { TusDeps } from "./tus-services.ts";
import { hasBody, hasRecords, recordsBodyOf, uploadBodyOf } from "./upload-body-of.ts";

type App = Parameters<FastifyPluginAsyncTypebox>[0];

const tags = ["uploads"];
const params = Type.Object({ upload_id: Type.String() });
const uploadPath = `${uploadsPath}/:upload_id`;
const access = ["obs:object:PutObject", "ims:images:upload"] as const;
const trace = (name: string): RouteTrace => ({ service: "Tintype", resourceType: "upload", name });
const nothing = (description: string) => Type.Null({ description });

/** Tells what is supported; begins, shows, continues and ends uploads. */
export function addUploadRoutes(app: App, deps: TusDeps): void {
  addDescriptionRoutes(app, deps);
  addCreationRoute(app, deps);
  app.head(
    uploadPath,
    {
      config: { access },
      schema: {
        operationId: "showUpload",
        summary: "Show how much of an upload is there",
        tags,
        params,
        headers: UploadHeaders,
        response: { 200: nothing("Upload-Offset says how much"), "4xx": ProblemBody },
      },
    },
    async ({ principal, params: { upload_id: id } }, reply) => {
      const upload = await findUpload(deps, principal, id);
      const { lengthBytes, metadata } = upload;
      tellChunkSize(tellOffset(reply, upload), deps).header("cache-control", "no-store");
      reply.headers(lengthBytes === undefined ? { "upload-defer-length": "1" } : { "upload-length": lengthBytes });
      if (metadata !== "") {
        reply.header("upload-metadata", metadata);
      }
      return await reply.code(200).send(null);
    },
  );
  addContinuationRoute(app, deps);
  app.delete(
    uploadPath,
    {
      config: { access, trace: trace("deleteUpload") },
      schema: {
        operationId: "endUpload",
        summary: "End an upload and let go of what came",
        tags,
        params,
        headers: UploadHeaders,
        response: { 204: nothing("It is gone"), "4xx": ProblemBody },
      },
    },
    async ({ principal, params: { upload_id: id } }, reply) => {
      await endUpload(deps, principal, id);
      return await reply.code(204).send(null);
    },
  );
}

function addDescriptionRoutes(app: App, deps: TusDeps): void {
  for (const [url, operationId] of [
    [uploadsPath, "describeUploads"],
    [uploadPath, "describeUpload"],
  ] as const) {
    app.options(
      url,
      {
        config: { access: "anyone" },
        schema: {
          operationId,
          summary: "Tell what of the tus protocol is supported",
          tags,
          ...(url === uploadPath && { params }),
          response: { 204: nothing("Tus-Version, Tus-Extension, Tus-Checksum-Algorithm and Tus-Max-Size say it") },
        },
      },
      async (_request, reply) => {
        tellChunkSize(reply, deps).headers({
          "tus-version": tusVersion,
          "tus-extension": tusExtensions.join(","),
          "tus-checksum-algorithm": Object.keys(tusChecksums).join(","),
          "tus-max-size": largestUpload(deps),
        });
        return await reply.code(204).send(null);
      },
    );
  }
}

function addCreationRoute(app: App, deps: TusDeps): void {
  app.post(
    uploadsPath,
    {
      config: { access, trace: trace("createUpload"), streamsBody: true },
      schema: {
        operationId: "createUpload",
        summary: "Begin an upload",
        description: "The first bytes may come along as application/offset+octet-stream. Signed requests state X-Sdk-Content-Sha256.",
        tags,
        headers: CreateUploadHeaders,
        response: { 201: nothing("Location is the address of the upload"), "4xx": ProblemBody },
      },
    },
    async (request, reply) => {
      const { headers, principal } = request;
      if (headers["upload-concat"] !== undefined) {
        throw new ServiceError("tus.invalidHeader", { header: "Upload-Concat", reason: "uploads cannot be put together here" });
      }
      const metadata = headerOf(headers, "upload-metadata") ?? "";
      const target = targetOf(parseUploadMetadata(metadata));
      const body = hasBody(request) ? uploadBodyOf(request) : undefined;
      const upload = await createUpload(deps, principal, { target, lengthBytes: readNewLength(headers), metadata, body });
      request.traced = tracedUpload(upload);
      if (body !== undefined) {
        reply.header("upload-offset", upload.offsetBytes);
      }
      tellChunkSize(tellExpiry(reply, upload), deps).header("location", addressOf(request, upload.id));
      // Null would be text in an answer that may have a body.
      return await reply
        .code(201)
        .serializer(() => "")
        .send(null);
    },
  );
}

function addContinuationRoute(app: App, deps: TusDeps): void {
  app.patch(
    uploadPath,
    {
      config: { access, trace: trace("continueUpload"), streamsBody: true },
      schema: {
        operationId: "continueUpload",
        summary: "Send more of a file",
        description:
          "The body has the type application/offset+octet-stream, or application/vnd.tintype.chunks for records of the file. Signed requests state X-Sdk-Content-Sha256.",
        tags,
        params,
        headers: ContinueUploadHeaders,
        response: { 204: nothing("Upload-Offset says how much is there"), "4xx": ProblemBody },
      },
    },
    async (request, reply) => {
      const { headers, principal, params } = request;
      const body = hasRecords(request) ? recordsBodyOf(request, deps, params.upload_id) : uploadBodyOf(request);
      const offsetBytes = readBytes(headers, "Upload-Offset");
      if (offsetBytes === undefined) {
        throw new ServiceError("tus.invalidHeader", { header: "Upload-Offset", reason: "it must say where the bytes begin" });
      }
      const lengthBytes = readBytes(headers, "Upload-Length");
      const upload = await appendToUpload(deps, principal, { id: params.upload_id, offsetBytes, lengthBytes, body });
      request.traced = tracedUpload(upload);
      tellOffset(reply, upload);
      return await reply.code(204).send(null);
    },
  );
}

function tellOffset(reply: FastifyReply, upload: ResumableUpload): FastifyReply {
  return tellExpiry(reply, upload).header("upload-offset", upload.offsetBytes);
}

function tellChunkSize(reply: FastifyReply, { store }: Pick<TusDeps, "store">): FastifyReply {
  return reply.headers(store.chunkSizeBytes === undefined ? {} : { [chunkSizeHeader]: store.chunkSizeBytes });
}

/** A complete upload has become something else, which does not end. */
function tellExpiry(reply: FastifyReply, { isComplete, expiresAt }: ResumableUpload): FastifyReply {
  return reply.headers(isComplete ? {} : { "upload-expires": new Date(expiresAt).toUTCString() });
}

function tracedUpload({ id, target }: ResumableUpload): FastifyRequest["traced"] {
  return { resourceId: id, resourceName: target.kind === "object" ? `${target.bucket}:${target.key}` : target.imageId };
}

/** Addresses of uploads are absolute, as the client reaches the service. */
function addressOf({ protocol, host }: Pick<FastifyRequest, "protocol" | "host">, id: string): string {
  return `${protocol}://${host}${uploadsPath}/${id}`;
}
