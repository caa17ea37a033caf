import { Type } from "typebox";
import type { FastifyRequest } from "fastify";
import type { Principal } from "../../ports/principal.ts";
import { findImageFile } from "../../transfers/files/find-image-file.ts";
import { stageFile } from "../../transfers/files/stage-file.ts";
import type { FileForImage, TakeFileDeps } from "../../transfers/files/take-file.ts";
import { uploadFile } from "../../transfers/files/upload-file.ts";
import { imageParams as params, imagePath, traced } from "./image-calls.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import { incomingFile } from "./incoming-file.ts";
import { sendImageFile } from "./send-image-file.ts";

const Content = { content: { "application/octet-stream": { schema: Type.String({ format: "binary" }) } } };
const Nothing = Type.Null({ description: "The image has no file yet" });
const tags = ["data"];
const filePath = `${imagePath}/file`;

/** Takes in the files of images, and gives them out. */
export function addFileRoutes(app: ImageV2App, services: TakeFileDeps): void {
  // Whoever may only read what images are must not take their content away.
  const read = { config: { access: ["ims:images:export" as const] } };
  const send = async (
    request: Parameters<typeof sendImageFile>[0]["request"] & Reading,
    reply: Parameters<typeof sendImageFile>[0]["reply"],
  ) => {
    const found = await findImageFile(services, request.principal, request.params.image_id);
    return found === undefined ? await reply.code(204).send() : await sendImageFile({ request, reply, store: services.store, found });
  };
  // Its own route, so that nothing is read for it.
  app.head<{ readonly Params: Reading["params"] }>(filePath, { ...read, schema: { params, hide: true } }, send);
  app.get<{ readonly Params: Reading["params"] }>(
    filePath,
    {
      ...read,
      schema: {
        operationId: "downloadImageFile",
        summary: "Read an image's file, whole or a range of it",
        tags,
        params,
        response: { 200: Content, 204: Nothing, 206: Content, ...refusals },
      },
    },
    send,
  );
  addPut(
    app,
    { path: filePath, operationId: "uploadImageFile", summary: "Fill an image with the file that is the body" },
    (principal, file) => uploadFile(services, principal, file),
  );
  const stage = { path: `${imagePath}/stage`, operationId: "stageImageFile", summary: "Keep a file for the import that follows" };
  addPut(app, stage, (principal, file) => stageFile(services, principal, file));
}

interface Reading {
  readonly principal: Principal;
  readonly params: { readonly image_id: string };
}

/** Bodies of these routes are not collected: a scope of their own has its own way to take them in. */
function addPut(
  app: ImageV2App,
  { path, ...described }: { readonly path: string; readonly operationId: string; readonly summary: string },
  take: (principal: Principal, file: FileForImage) => Promise<void>,
): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _body, done) => done(null));
    scope.put<{ readonly Params: Reading["params"] }>(
      path,
      {
        config: { ...traced("ims:images:upload", "updateImage"), streamsBody: true },
        schema: { ...described, tags, params, response: { 204: Type.Null({ description: "The file is kept" }), ...refusals } },
      },
      async (request: FastifyRequest<{ Params: Reading["params"] }>, reply) => {
        await take(request.principal, { imageId: request.params.image_id, upload: incomingFile(request) });
        return await reply.code(204).send(null);
      },
    );
  });
}
