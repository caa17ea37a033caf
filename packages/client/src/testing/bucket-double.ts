import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody, startHttpDouble } from "./http-double.ts";
import type { HttpDouble } from "./http-double.ts";

/** Called before a request is answered; answers true when it has answered itself. */
export type Interference = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

interface Part {
  readonly bytes: Buffer;
  readonly etag: string;
}

/**
 * The few calls of an S3 endpoint that transfers make, in memory, with a place to make them fail. The real endpoint is tested with the
 * command line; this one is for what it does not do on request.
 */
export class BucketDouble {
  readonly objects = new Map<string, Part>();
  readonly uploads = new Map<string, Map<number, Part>>();
  /** Numbers of the parts that arrived, in order. */
  readonly partsSent: number[] = [];
  interfere: Interference = () => false;

  start(): Promise<HttpDouble> {
    return startHttpDouble(async (request, response) => {
      if (request.url === "/v3/auth/tokens") {
        await readBody(request);
        answerToken(response);
      } else if (!(await this.interfere(request, response))) {
        await this.#answer(request, response);
      }
    });
  }

  /** An upload id says which key it is for. */
  startUpload(path: string): Map<number, Part> {
    const parts = new Map<number, Part>();
    this.uploads.set(path, parts);
    return parts;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://double");
    const body = await readBody(request);
    const uploadId = searchParams.get("uploadId");
    const parts = uploadId === null ? undefined : this.uploads.get(uploadId);
    if (uploadId !== null && parts === undefined) {
      response.writeHead(404).end("<Error><Code>NoSuchUpload</Code><Message>There is no such upload.</Message></Error>");
    } else if (request.method === "PUT" && parts !== undefined) {
      const part = { bytes: body, etag: md5(body) };
      parts.set(Number(searchParams.get("partNumber")), part);
      this.partsSent.push(Number(searchParams.get("partNumber")));
      response.writeHead(200, { etag: `"${part.etag}"` }).end();
    } else if (request.method === "GET" && parts !== undefined) {
      response.end(`<ListPartsResult><IsTruncated>false</IsTruncated>${[...parts].map(listedPart).join("")}</ListPartsResult>`);
    } else if (request.method === "POST" && parts !== undefined) {
      const object = joined([...parts].sort(([a], [b]) => a - b).map(([, part]) => part));
      this.objects.set(pathname, object);
      this.uploads.delete(pathname);
      response.end(`<CompleteMultipartUploadResult><ETag>"${object.etag}"</ETag></CompleteMultipartUploadResult>`);
    } else if (searchParams.has("uploads")) {
      this.#answerUploads(request, response, pathname);
    } else {
      answerObject(request, response, this.objects.get(pathname));
    }
  }

  #answerUploads(request: IncomingMessage, response: ServerResponse, pathname: string): void {
    if (request.method === "POST") {
      this.startUpload(pathname);
      response.end(`<InitiateMultipartUploadResult><UploadId>${pathname}</UploadId></InitiateMultipartUploadResult>`);
      return;
    }
    const listed = [...this.uploads.keys()].map(
      (path) => `<Upload><Key>${path.slice(pathname.length + 1)}</Key><UploadId>${path}</UploadId></Upload>`,
    );
    response.end(`<ListMultipartUploadsResult>${listed.join("")}</ListMultipartUploadsResult>`);
  }
}

function answerToken(response: ServerResponse): void {
  const token = { expires_at: "2030-01-01T00:00:00.000000Z", project: { id: "p1" }, catalog: [] };
  response.writeHead(201, { "x-subject-token": "token-1" }).end(JSON.stringify({ token }));
}

function answerObject(request: IncomingMessage, response: ServerResponse, object: Part | undefined): void {
  if (object === undefined) {
    response.writeHead(404).end();
    return;
  }
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  const bytes = object.bytes.subarray(from);
  response.writeHead(from === 0 ? 200 : 206, { etag: `"${object.etag}"`, "content-length": bytes.length });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

function listedPart([number, { bytes, etag }]: readonly [number, Part]): string {
  return `<Part><PartNumber>${number}</PartNumber><Size>${bytes.length}</Size><ETag>&quot;${etag}&quot;</ETag></Part>`;
}

function joined(parts: readonly Part[]): Part {
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, "hex")));
  return { bytes: Buffer.concat(parts.map(({ bytes }) => bytes)), etag: `${md5(digests)}-${parts.length}` };
}

export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}
