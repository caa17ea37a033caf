import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ImageId, ProjectId } from "@tintype/server/ports/ids.ts";
import { ImsServer, demo } from "./ims-server.ts";
import type { Caller, ImsServerOptions } from "./ims-server.ts";

/** What a call answered. */
export interface FileAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** Sentence of a refusal. */
  readonly message: string;
}

type Headers = Readonly<Record<string, string>>;
const octets: Headers = { "content-type": "application/octet-stream" };

/** A server that listens, since bodies that come bit by bit need a network, and what the tests of files do with it. */
export class FileServer implements AsyncDisposable {
  readonly server: ImsServer;
  readonly port: number;

  private constructor(server: ImsServer, port: number) {
    this.server = server;
    this.port = port;
  }

  static async open(options: ImsServerOptions = {}): Promise<FileServer> {
    const server = await ImsServer.open(options);
    await server.app.listen({ port: 0, host: "127.0.0.1" });
    // A listening TCP server has an address object.
    return new FileServer(server, (server.app.server.address() as AddressInfo).port);
  }

  /** Makes an image that waits for a file. */
  async declare(diskFormat: string, fields: Partial<ImageRecord> = {}): Promise<ImageId> {
    const { world } = this.server;
    const image = await world.addImage("demo", Buffer.alloc(0), { projectId: "demo" as ProjectId });
    const [disk] = image.disks;
    if (disk !== undefined) {
      await world.store.remove(disk.blobId);
    }
    await world.catalog.images.remove(image.id, ["active"]);
    const waiting = { status: "queued", disks: [], stores: [], origin: undefined, sourceFormat: undefined, activeAt: undefined } as const;
    await world.catalog.images.insert({ ...image, ...waiting, diskFormat, minDiskGiB: 0, ...fields });
    return image.id;
  }

  async image(id: ImageId): Promise<ImageRecord> {
    const image = await this.server.world.catalog.images.get(id);
    if (image === undefined) {
      throw new Error(`There is no image ${id}`);
    }
    return image;
  }

  /** Sends a file whole; `headers` replace the usual ones. */
  async put(id: string, file: Uint8Array, headers: Headers = octets, what: "file" | "stage" = "file"): Promise<FileAnswer> {
    const { call, answer } = this.begin("PUT", `${id}/${what}`, { "content-length": String(file.length), ...headers });
    call.end(file);
    return await answer;
  }

  async get(id: string, headers: Headers = {}, { method = "GET", caller = demo } = {}): Promise<FileAnswer> {
    const { call, answer } = this.begin(method, `${id}/file`, headers, caller);
    call.end();
    return await answer;
  }

  /** Begins a call whose body the test sends bit by bit: chunked, unless the headers tell a length. */
  // oxlint-disable-next-line max-params -- a call reads best on one line
  begin(
    method: string,
    path: string,
    headers: Headers = octets,
    caller: Caller = demo,
  ): { call: ClientRequest; answer: Promise<FileAnswer> } {
    const { promise, resolve, reject } = Promise.withResolvers<FileAnswer>();
    const options = {
      port: this.port,
      method,
      path: `/image/v2/images/${path}`,
      headers: { "x-caller": JSON.stringify(caller), ...headers },
    };
    const call = request(options, (response) => void readAnswer(response).then(resolve, reject));
    call.on("error", reject);
    // A test that breaks a call off does not look at its answer.
    promise.catch((error: unknown) => error);
    return { call, answer: promise };
  }

  /** Resolves when an image has a status; the time limit of the test ends the waiting. */
  async reached(id: ImageId, status: ImageRecord["status"]): Promise<ImageRecord> {
    for (;;) {
      const image = await this.image(id);
      if (image.status === status) {
        return image;
      }
      await new Promise(setImmediate);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

export { octets };

async function readAnswer(response: IncomingMessage): Promise<FileAnswer> {
  const bytes = await buffer(response);
  const { statusCode = 0, headers } = response;
  const isRefusal = headers["content-type"]?.startsWith("application/json") === true;
  // The documented form of a refusal.
  const message = isRefusal ? (JSON.parse(bytes.toString()) as { message: string }).message : "";
  return { status: statusCode, headers, bytes, message };
}

export function digestOf(algorithm: "md5" | "sha256" | "sha512", bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

/** Content that no format begins like. */
export function noise(lengthBytes: number): Buffer {
  const bytes = randomBytes(lengthBytes);
  bytes.fill(0xee, 0, Math.min(4, lengthBytes));
  return bytes;
}
