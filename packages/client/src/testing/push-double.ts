import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { recordKinds } from "@tintype/contract/tus/chunk-records.ts";
import { uploadsPath } from "@tintype/contract/tus/tus-protocol.ts";
import type { Interference } from "./bucket-double.ts";
import { readBody, startHttpDouble } from "./http-double.ts";
import type { HttpDouble } from "./http-double.ts";

interface UploadOfDouble {
  readonly metadata: Readonly<Record<string, string>>;
  readonly lengthBytes: number;
  content: Buffer;
}

interface ImageOfDouble {
  readonly fields: Readonly<Record<string, unknown>>;
  status: string;
  content: Buffer | undefined;
}

export const chunkBytes = 4096;

/** The few calls that a push makes, in memory, with a place to make them fail. The real service is tested with the command line. */
export class PushDouble {
  readonly uploads = new Map<string, UploadOfDouble>();
  readonly images = new Map<string, ImageOfDouble>();
  /** Chunks that the project has, by digest. */
  readonly chunks = new Map<string, Uint8Array>();
  /** Method and path of every call but those for tokens. */
  readonly calls: string[] = [];
  /** Bytes of data that came in records. */
  dataBytes = 0;
  interfere: Interference = () => false;
  #last = 0;

  start(): Promise<HttpDouble> {
    return startHttpDouble(async (request, response) => {
      if (request.url === "/v3/auth/tokens") {
        await readBody(request);
        const token = { expires_at: "2030-01-01T00:00:00.000000Z", project: { id: "p1" }, catalog: [] };
        response.writeHead(201, { "x-subject-token": "token-1" }).end(JSON.stringify({ token }));
        return;
      }
      this.calls.push(`${request.method} ${request.url?.split("?")[0]}`);
      if (!(await this.interfere(request, response))) {
        await this.#answer(request, response);
      }
    });
  }

  /** Gives the project a file's chunks. */
  has(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      const chunk = bytes.subarray(at, at + chunkBytes);
      this.chunks.set(createHash("sha256").update(chunk).digest("hex"), chunk);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.split("?")[0] ?? "";
    const body = await readBody(request);
    if (path.startsWith("/image/v2/images")) {
      this.#answerImage(request, response, { id: path.split("/")[4], body });
    } else if (path === uploadsPath) {
      this.#answerUploads(request, response);
    } else {
      this.#answerUpload(request, response, { path, body });
    }
  }

  #answerImage(
    request: IncomingMessage,
    response: ServerResponse,
    { id, body }: { readonly id: string | undefined; readonly body: Buffer },
  ): void {
    const name = id ?? `image-${++this.#last}`;
    if (request.method === "POST") {
      // What the client sends is what is tested.
      this.images.set(name, {
        fields: JSON.parse(body.toString()) as object & Record<string, unknown>,
        status: "queued",
        content: undefined,
      });
    }
    const image = this.images.get(name);
    if (image === undefined) {
      refuse(response, 404, "image.notFound");
    } else if (request.method === "DELETE") {
      this.images.delete(name);
      response.writeHead(204).end();
    } else {
      const { content, status, fields } = image;
      const file = content && {
        size: content.length,
        os_hash_algo: "sha512",
        os_hash_value: createHash("sha512").update(content).digest("hex"),
      };
      response.end(JSON.stringify({ ...fields, id: name, status, ...file }));
    }
  }

  #answerUploads(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === "GET") {
      const isComplete = request.url?.includes("state=complete") ?? false;
      const uploads = [...this.uploads]
        .filter(([, { content, lengthBytes }]) => (content.length === lengthBytes) === isComplete)
        .map(([id, { metadata }]) => ({ id, metadata }));
      response.end(JSON.stringify({ uploads }));
      return;
    }
    const id = `${++this.#last}`.padStart(32, "0");
    const pairs = String(request.headers["upload-metadata"])
      .split(",")
      .map((pair) => pair.split(" "))
      .map(([name = "", value = ""]) => [name, Buffer.from(value, "base64").toString()]);
    const metadata: Record<string, string> = Object.fromEntries(pairs);
    this.uploads.set(id, { metadata, lengthBytes: Number(request.headers["upload-length"]), content: Buffer.alloc(0) });
    response.writeHead(201, { location: `http://other.example${uploadsPath}/${id}` }).end();
  }

  #answerUpload(
    request: IncomingMessage,
    response: ServerResponse,
    { path, body }: { readonly path: string; readonly body: Buffer },
  ): void {
    const [, id = "", verb] = /^\/api\/v1\/uploads\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const upload = this.uploads.get(id);
    if (upload === undefined) {
      refuse(response, 404, "tus.uploadNotFound");
    } else if (verb === "wanted") {
      // What the client sends is what is tested.
      const { digests } = JSON.parse(body.toString()) as { digests: string[] };
      const wanted = [...digests.keys()].filter((index) => !this.chunks.has(digests[index] ?? ""));
      response.end(JSON.stringify({ wanted, chunkSizeBytes: chunkBytes }));
    } else if (request.method === "DELETE") {
      this.uploads.delete(id);
      response.writeHead(204).end();
    } else if (request.method === "PATCH" && Number(request.headers["upload-offset"]) !== upload.content.length) {
      refuse(response, 409, "tus.offsetMismatch");
    } else if (request.method === "PATCH" && !this.#take(upload, body)) {
      refuse(response, 409, "tus.chunkForgotten");
    } else {
      const status = request.method === "PATCH" ? 204 : 200;
      response.writeHead(status, { "upload-offset": upload.content.length, "upload-chunk-size": chunkBytes }).end();
    }
  }

  /** False when a reference cannot be followed; what came before counts. */
  #take(upload: UploadOfDouble, body: Buffer): boolean {
    for (let at = 0; at < body.length;) {
      const [bytes, taken] = this.#expand(body.subarray(at));
      if (bytes === undefined) {
        return false;
      }
      upload.content = Buffer.concat([upload.content, bytes]);
      at += taken;
    }
    if (upload.content.length === upload.lengthBytes) {
      const image = this.images.get(upload.metadata["image"] ?? "");
      if (image !== undefined) {
        [image.status, image.content] = ["active", upload.content];
      }
    }
    return true;
  }

  #expand(body: Buffer): readonly [bytes: Uint8Array | undefined, taken: number] {
    if (body[0] === recordKinds.zeros) {
      return [Buffer.alloc(Number(body.readBigUInt64BE(1))), 9];
    }
    if (body[0] === recordKinds.reference) {
      return [this.chunks.get(body.toString("hex", 1, 33)), 33];
    }
    const length = body.readUInt32BE(1);
    this.dataBytes += length;
    return [body.subarray(5, 5 + length), 5 + length];
  }
}

export function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify({ status, code, detail: code }));
}
