import assert from "node:assert/strict";
import type { HTTPMethods, LightMyRequestResponse } from "fastify";
import { PartsSource } from "@tintype/server/buckets/parts-source.ts";
import type { ImsServer, Caller } from "./ims-server.ts";
import { demo } from "./ims-server.ts";

export const uploadsPath = "/api/v1/uploads";
export const offsetStream = { "content-type": "application/offset+octet-stream" };

/** A header of names and values in base64. */
export function metadataOf(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString("base64")}`)
    .join(",");
}

/** A call of the tus protocol. */
export interface UploadCall {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly caller?: Caller;
}

export async function callUploads(
  server: ImsServer,
  method: HTTPMethods,
  url: string,
  { headers = {}, body, caller = demo }: UploadCall = {},
): Promise<LightMyRequestResponse> {
  return await server.app.inject({
    method,
    url,
    headers: { "x-caller": JSON.stringify(caller), "tus-resumable": "1.0.0", ...headers },
    ...(body !== undefined && { payload: Buffer.from(body) }),
  });
}

/** Begins an upload to `files:key` of so many bytes; answers its path. */
export async function begin(
  server: ImsServer,
  length: number | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const lengthHeader: Record<string, string> = length === undefined ? { "upload-defer-length": "1" } : { "upload-length": String(length) };
  const metadata = { "upload-metadata": metadataOf({ bucket: "files", key: "key" }) };
  const answer = await callUploads(server, "POST", uploadsPath, { headers: { ...lengthHeader, ...metadata, ...headers } });
  assert.equal(answer.statusCode, 201, answer.body);
  return new URL(String(answer.headers["location"])).pathname;
}

/** Sends bytes of the file. */
export async function send(
  server: ImsServer,
  path: string,
  offset: number,
  { headers = {}, ...call }: UploadCall,
): Promise<LightMyRequestResponse> {
  return await callUploads(server, "PATCH", path, { ...call, headers: { ...offsetStream, "upload-offset": String(offset), ...headers } });
}

/** Where an upload stands, as HEAD tells it. */
export async function offsetOf(server: ImsServer, path: string): Promise<number> {
  const answer = await callUploads(server, "HEAD", path);
  assert.equal(answer.statusCode, 200);
  return Number(answer.headers["upload-offset"]);
}

/** The content of an object, whatever its parts; undefined when there is none. */
export async function contentOf(server: ImsServer, key = "key"): Promise<Buffer | undefined> {
  const object = await server.world.catalog.buckets.object("files", key);
  if (object === undefined) {
    return undefined;
  }
  await using source = new PartsSource(server.world.store, object);
  return Buffer.from(await source.read(0, source.lengthBytes));
}

/** Code of a refusal with its status in front; the status alone when there is no body. */
export function codeOf(answer: LightMyRequestResponse): string {
  return answer.body === "" ? String(answer.statusCode) : `${answer.statusCode} ${answer.json<{ code: string }>().code}`;
}
