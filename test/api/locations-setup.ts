import assert from "node:assert/strict";
import type { LightMyRequestResponse } from "fastify";
import type { UrlReader } from "@tintype/server/ports/url-reader.ts";
import { FileServer, digestOf, noise } from "./image-files-setup.ts";
import { openPlace, readerFor } from "./import-setup.ts";
import type { Place } from "./import-setup.ts";
import { demo } from "./ims-server.ts";
import type { Caller, ImsServerOptions } from "./ims-server.ts";

/** What images show of their places and their content. */
export interface LocatedImage {
  readonly id: string;
  readonly status: string;
  readonly size: number | null;
  readonly checksum: string | null;
  readonly os_hash_algo: string | null;
  readonly os_hash_value: string | null;
  readonly virtual_size: number | null;
  readonly locations?: readonly { readonly url: string; readonly metadata: Readonly<Record<string, unknown>> }[];
}

/** A change of the places of an image, in the newer form. */
export interface LocationEdit {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** Content of the place of `openLocated`. */
export const content = noise(200_000);

/** What a place is said to give. */
export const promise = (bytes: Uint8Array) => ({
  checksum: digestOf("md5", bytes),
  os_hash_algo: "sha512",
  os_hash_value: digestOf("sha512", bytes),
});

/** A server, and a place that it may fetch from. */
export class LocatedServer implements AsyncDisposable {
  readonly files: FileServer;
  readonly place: Place;

  private constructor(files: FileServer, place: Place) {
    this.files = files;
    this.place = place;
  }

  static async open(
    options: Omit<ImsServerOptions, "urlReader"> = {},
    answer: Parameters<typeof openPlace>[0] = (_, response) => response.end(content),
    readerOf: (place: Place) => UrlReader = (place) => readerFor([place]),
  ): Promise<LocatedServer> {
    const place = await openPlace(answer);
    return new LocatedServer(await FileServer.open({ ...options, urlReader: readerOf(place) }), place);
  }

  async create(fields: object = {}, caller: Caller = demo): Promise<string> {
    const body = { disk_format: "raw", container_format: "bare", ...fields };
    const answer = await this.files.server.call("POST", "/image/v2/images", body, caller);
    assert.equal(answer.statusCode, 201, answer.body);
    return answer.json<LocatedImage>().id;
  }

  async show(id: string, caller: Caller = demo): Promise<LocatedImage> {
    const answer = await this.files.server.call("GET", `/image/v2/images/${id}`, undefined, caller);
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json<LocatedImage>();
  }

  async patch(id: string, edits: readonly LocationEdit[], caller: Caller = demo): Promise<LightMyRequestResponse> {
    const type = "application/openstack-images-v2.1-json-patch";
    return await this.files.server.call("PATCH", `/image/v2/images/${id}`, JSON.stringify(edits), caller, type);
  }

  async add(id: string, value: object, caller: Caller = demo): Promise<LightMyRequestResponse> {
    return await this.patch(id, [{ op: "add", path: "/locations/-", value }], caller);
  }

  /** Makes an image whose content lies at the place. */
  async located(value: object = {}, fields: object = {}): Promise<string> {
    const id = await this.create(fields);
    const answer = await this.add(id, { url: `${this.place.url}/a.raw`, metadata: {}, ...value });
    assert.equal(answer.statusCode, 200, answer.body);
    return id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.files[Symbol.asyncDispose]();
    await this.place[Symbol.asyncDispose]();
  }
}

export function messageOf(answer: LightMyRequestResponse): string {
  return answer.json<{ message: string }>().message;
}
