import type { FastifyRequest } from "fastify";
import { JobStarted } from "@tintype/contract/ims/create-image.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { ImsImage } from "@tintype/contract/ims/ims-image.ts";
import { CreateMetadataBody, RegisterFileBody } from "@tintype/contract/ims/native-image.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { payloadHashHeader, unsignedPayload } from "@tintype/contract/signing/sdk-hmac-canonical.ts";
import { Type } from "typebox";
import { readableImageDisk } from "../../images/readable-image-disk.ts";
import { createMetadata } from "../../transfers/native/create-metadata.ts";
import { dropRest } from "../drop-rest.ts";
import type { ReadBody } from "../incoming-body.ts";
import type { Upload } from "../../transfers/native/receive-upload.ts";
import { registerFile } from "../../transfers/native/register-file.ts";
import { uploadContent } from "../../transfers/native/upload-content.ts";
import type { RouteTrace } from "../route-access.ts";
import { sendDiskContent } from "../send-disk-content.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { parseMetadataBody } from "./parse-metadata-body.ts";
import { toImsImage } from "./to-ims-image.ts";

const params = Type.Object({ image_id: Type.String() });
const Content = { content: { "application/octet-stream": { schema: Type.String({ format: "binary" }) } } };
const tags = ["transfers"];
const trace = (name: string): RouteTrace => ({ service: "IMS", resourceType: "image", name });

/** Makes images by their metadata, fills them from a bucket or from the request, and gives their content. */
export function addUploadRoutes(app: ImsApp, services: ImsServices): void {
  app.post(
    "/v2/images",
    {
      config: { access: ["ims:images:create"], trace: trace("createImage") },
      schema: {
        operationId: "glanceCreateImageMetadata",
        summary: "Make an image whose content comes later",
        tags,
        body: CreateMetadataBody,
        response: { 201: ImsImage, "4xx": ImsError },
      },
    },
    async (request, reply) => {
      const image = await createMetadata(services, request.principal, parseMetadataBody(request.body));
      return await reply.code(201).header("location", `/v2/images/${image.id}`).send(toImsImage(image));
    },
  );
  app.put(
    "/v1/cloudimages/:image_id/upload",
    {
      config: { access: ["ims:images:upload"], trace: { ...trace("updateImage"), resourceType: "ims" } },
      schema: {
        operationId: "registerImage",
        summary: "Fill an image from a file in a bucket",
        tags,
        params,
        body: RegisterFileBody,
        response: { 200: JobStarted, "4xx": ImsError },
      },
    },
    async (request) => ({
      job_id: await registerFile(services, request.principal, {
        imageId: request.params.image_id,
        file: request.body.image_url ?? "",
        deletesSource: request.body.delete_source,
      }),
    }),
  );
  addUploadRoute(app, services);
  addDownloadRoute(app, services);
}

function addUploadRoute(app: ImsApp, services: ImsServices): void {
  // Bodies of this one route are not collected: a scope of its own has its own way to take them in.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _body, done) => done(null));
    scope.addHook("onSend", async ({ raw }) => dropRest(raw));
    scope.put<{ readonly Params: { readonly image_id: string } }>(
      "/v2/images/:image_id/file",
      {
        config: { access: ["ims:images:upload"], trace: trace("updateImage"), streamsBody: true },
        schema: {
          operationId: "uploadImageFile",
          summary: "Fill an image with the bytes of the request",
          description:
            "The body has the type application/octet-stream and is smaller than 2 GiB. Signed requests state X-Sdk-Content-Sha256.",
          tags,
          params,
          response: { 204: Type.Null({ description: "The image is active" }), "4xx": ImsError },
        },
      },
      async (request, reply) => {
        await uploadContent(services, request.principal, {
          imageId: request.params.image_id,
          upload: uploadOf(request, services.readBody),
        });
        return await reply.code(204).send(null);
      },
    );
  });
}

function addDownloadRoute(app: ImsApp, services: ImsServices): void {
  app.get(
    "/v2/images/:image_id/file",
    {
      config: { access: ["ims:images:get"] },
      schema: {
        operationId: "downloadImageFile",
        summary: "Read an image's disk, whole or a range of it",
        description: "The bytes of the disk, as a machine would read them, whatever the format of the file it came from.",
        tags,
        params,
        response: { 200: Content, 206: Content, "4xx": ImsError },
      },
    },
    async (request, reply) => {
      const disk = await readableImageDisk(services, request.principal, request.params.image_id);
      return await sendDiskContent({ request, reply }, { disk, store: services.store });
    },
  );
}

/** Throws  IMG.0001 for a body of another type */
function uploadOf({ headers, raw }: Pick<FastifyRequest, "headers" | "raw">, readBody: ReadBody): Upload {
  const [type = ""] = (headers["content-type"] ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/octet-stream") {
    throw new ServiceError("IMG.0001", { problem: `the content type is "${type.slice(0, 100)}", not application/octet-stream` });
  }
  const stated = headers[payloadHashHeader];
  const isSigned = headers["x-auth-token"] === undefined && typeof stated === "string" && stated !== unsignedPayload;
  const length = Number(headers["content-length"]);
  const lengthBytes = Number.isSafeInteger(length) ? length : undefined;
  return {
    lengthBytes,
    body: readBody(raw, lengthBytes),
    sha256: isSigned ? stated.toLowerCase() : undefined,
  };
}
