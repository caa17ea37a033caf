import { Type } from "typebox";
import type { FastifyRequest } from "fastify";
import { preferringStores } from "../../images/preferring-stores.ts";
import { bringContent } from "../../image-imports/bring-content.ts";
import type { BringContentDeps } from "../../image-imports/bring-content.ts";
import type { ServeFileDeps } from "../../image-cache/open-served-file.ts";
import type { Principal } from "../../ports/principal.ts";
import { findImageFile } from "../../transfers/files/find-image-file.ts";
import { stageFile } from "../../transfers/files/stage-file.ts";
import type { FileForImage, TakeFileDeps } from "../../transfers/files/take-file.ts";
import { uploadFile } from "../../transfers/files/upload-file.ts";
import { dropRest } from "../drop-rest.ts";
import type { ReadBody } from "../incoming-body.ts";
import { whileAsked } from "../while-asked.ts";
import { imageParams as params, imagePath, traced } from "./image-calls.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import { incomingFile } from "./incoming-file.ts";
import { parsePrefer, parseStoreHeader } from "./parse-store-name.ts";
import { sendImageFile } from "./send-image-file.ts";

const Content = { content: { "application/octet-stream": { schema: Type.String({ format: "binary" }) } } };
const Nothing = Type.Null({ description: "The image has no file yet" });
const tags = ["data"];
const querystring = Type.Object(
  { prefer: Type.Optional(Type.String({ description: "Names of stores that the file shall rather come from, with commas between them" })) },
  { additionalProperties: true },
);
const filePath = `${imagePath}/file`;

/** What the routes work with. */
type FileRouteServices = TakeFileDeps & ServeFileDeps & BringContentDeps & { readonly readBody: ReadBody };

/** Takes in the files of images, and gives them out. */
export function addFileRoutes(app: ImageV2App, services: FileRouteServices): void {
  const { readBody } = services;
  const closing = new AbortController();
  app.addHook("preClose", async () => closing.abort());
  // Whoever may only read what images are must not take their content away.
  const read = { config: { access: ["ims:images:export" as const] } };
  const send = async (
    request: Parameters<typeof sendImageFile>[0]["request"] & Reading & Pick<FastifyRequest, "id">,
    reply: Parameters<typeof sendImageFile>[0]["reply"],
  ) => {
    const store = preferringStores(services.store, parsePrefer(services.stores, request.query.prefer));
    const { principal, params, method, id: requestId } = request;
    const find = async () => await findImageFile(services, principal, params.image_id);
    // A look at its length is no use of an image.
    const use = { imageId: params.image_id, requestId };
    const bring = async () =>
      method === "GET" &&
      (await whileAsked(reply.raw, (asked) =>
        bringContent(services, principal, { ...use, signal: AbortSignal.any([asked, closing.signal]) }),
      ));
    const found = (await find()) ?? ((await bring()) ? await find() : undefined);
    return found === undefined
      ? await reply.code(204).send()
      : await sendImageFile({ request, reply, services: { ...services, store }, found });
  };
  // Its own route, so that nothing is read for it.
  app.head<ReadingRoute>(filePath, { ...read, schema: { params, querystring, hide: true } }, send);
  app.get<ReadingRoute>(
    filePath,
    {
      ...read,
      schema: {
        operationId: "downloadImageFile",
        summary: "Read an image's file, whole or a range of it",
        tags,
        params,
        querystring,
        response: { 200: Content, 204: Nothing, 206: Content, ...refusals },
      },
    },
    send,
  );
  addPut(
    app,
    { path: filePath, operationId: "uploadImageFile", summary: "Fill an image with the file that is the body", readBody },
    ({ principal, headers }, file) => {
      const store = parseStoreHeader(services.stores, headers["x-image-meta-store"]);
      return uploadFile(services, principal, { ...file, store });
    },
  );
  const stage = { path: `${imagePath}/stage`, operationId: "stageImageFile", summary: "Keep a file for the import that follows", readBody };
  addPut(app, stage, ({ principal }, file) => stageFile(services, principal, file));
}

interface Reading {
  readonly principal: Principal;
  readonly params: { readonly image_id: string };
  readonly query: { readonly prefer?: string };
}

interface ReadingRoute {
  readonly Params: Reading["params"];
  readonly Querystring: Reading["query"];
}

interface FilePut {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly readBody: ReadBody;
}

/** Bodies of these routes are not collected: a scope of their own has its own way to take them in. */
function addPut(
  app: ImageV2App,
  { path, readBody, ...described }: FilePut,
  take: (request: Pick<FastifyRequest, "principal" | "headers">, file: FileForImage) => Promise<void>,
): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _body, done) => done(null));
    scope.addHook("onSend", async ({ raw }) => dropRest(raw));
    scope.put<{ readonly Params: Reading["params"] }>(
      path,
      {
        config: { ...traced("ims:images:upload", "updateImage"), streamsBody: true },
        schema: { ...described, tags, params, response: { 204: Type.Null({ description: "The file is kept" }), ...refusals } },
      },
      async (request: FastifyRequest<{ Params: Reading["params"] }>, reply) => {
        await take(request, { imageId: request.params.image_id, upload: incomingFile(request, readBody) });
        return await reply.code(204).send(null);
      },
    );
  });
}
