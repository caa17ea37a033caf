import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What may go wrong with one request. */
export type S3Fault =
  | { readonly kind: "answer"; readonly status: number; readonly code: string; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is cut before or after the request is carried out. */
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  /** The request is carried out, but no answer comes. */
  | { readonly kind: "silence" }
  /** So many bytes of the answer's body come, then the connection is cut, or nothing more comes, or the answer claims to be whole. */
  | { readonly kind: "cut" | "stall" | "short"; readonly afterBytes: number };

/** A request as faults see it: "PUT object", "GET list", "POST complete". */
export interface S3Call {
  readonly what: string;
  /** Of all requests of this kind, from 1. */
  readonly count: number;
}

interface Kept {
  readonly bytes: Buffer;
  readonly metadata: Readonly<Record<string, string>>;
  readonly modified: Date;
}

interface Upload extends Omit<Kept, "bytes"> {
  readonly key: string;
  readonly parts: Map<number, Buffer>;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

interface Target {
  readonly key: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly body: Buffer;
}

const error = (status: number, code: string): Answer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>scripted ${code}</Message></Error>`,
});
const xml = (root: string, inner: string): Answer => ({
  status: 200,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?><${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</${root}>`,
});
const etagOf = (bytes: Buffer) => `"${createHash("md5").update(bytes).digest("hex")}"`;
const pageEntries = 1000;

/**
 * As much of an S3 service as the backend uses, over HTTP, with one bucket in memory and faults on demand. What it is like is
 * settled by running the backend's suite against real services as well.
 */
export class FakeS3 implements AsyncDisposable {
  static readonly bucket = "bucket";
  readonly objects = new Map<string, Kept>();
  readonly uploads = new Map<string, Upload>();
  /** Every request: its kind. */
  readonly calls: string[] = [];
  /** Ranges that were asked for. */
  readonly ranges: string[] = [];
  /** Which writes `If-None-Match: *` holds back. */
  honours = { put: true, complete: true };
  /** What befalls a request. */
  fault: (call: S3Call) => S3Fault | undefined = () => undefined;
  /** What new objects and uploads say when they were made. */
  now: () => Date = () => new Date();
  readonly #server: Server;
  endpoint = "";

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<FakeS3> {
    const fake = new FakeS3();
    fake.#server.listen(0, "127.0.0.1");
    await once(fake.#server, "listening");
    const { port } = fake.#server.address() as AddressInfo; // a TCP server has an address object
    fake.endpoint = `http://127.0.0.1:${port}`;
    return fake;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://fake");
    const [, bucket, ...rest] = pathname.split("/");
    const target = { key: decodeURIComponent(rest.join("/")), query, request, body: await buffer(request).catch(() => Buffer.alloc(0)) };
    const what = `${request.method} ${errandOf(request.method, target)}`;
    this.calls.push(what);
    this.ranges.push(...(request.headers.range === undefined ? [] : [request.headers.range]));
    const fault = this.fault({ what, count: this.calls.filter((call) => call === what).length });
    if (fault?.kind === "reset" && fault.when === "before") {
      response.destroy();
    } else if (fault?.kind === "answer") {
      send(response, { ...error(fault.status, fault.code), headers: { "content-type": "application/xml", ...fault.headers } });
    } else {
      finish(response, bucket === FakeS3.bucket ? this.#answer(what, target) : error(404, "NoSuchBucket"), fault);
    }
  }

  #answer(what: string, target: Target): Answer {
    const { request, body, key } = target;
    if (createHash("sha256").update(body).digest("hex") !== request.headers["x-amz-content-sha256"]) {
      return error(400, "XAmzContentSHA256Mismatch");
    }
    switch (what) {
      case "PUT object":
        return this.#put(key, body, request);
      case "GET object":
      case "HEAD object":
        return this.#get(target);
      case "DELETE object":
        this.objects.delete(key);
        return { status: 204 };
      case "GET list":
        return this.#list(target.query);
      case "GET uploads":
        return this.#listUploads(target.query);
      default:
        return this.#upload(what, target);
    }
  }

  #isTaken(key: string, request: IncomingMessage, honoured: boolean): boolean {
    return honoured && request.headers["if-none-match"] === "*" && this.objects.has(key);
  }

  #put(key: string, bytes: Buffer, request: IncomingMessage): Answer {
    if (this.#isTaken(key, request, this.honours.put)) {
      return error(412, "PreconditionFailed");
    }
    this.objects.set(key, { bytes, metadata: metadataOf(request), modified: this.now() });
    return { status: 200, headers: { etag: etagOf(bytes) } };
  }

  #get({ key, request }: Target): Answer {
    const object = this.objects.get(key);
    if (object === undefined) {
      return error(404, "NoSuchKey");
    }
    const { bytes, metadata } = object;
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "")?.map(Number) ?? [];
    if (first === undefined || last === undefined) {
      return { status: 200, headers: { ...metadata, "content-length": String(bytes.length) }, body: bytes };
    }
    if (first >= bytes.length) {
      return error(416, "InvalidRange");
    }
    const body = bytes.subarray(first, last + 1);
    const range = `bytes ${first}-${first + body.length - 1}/${bytes.length}`;
    return { status: 206, headers: { ...metadata, "content-range": range, "content-length": String(body.length) }, body };
  }

  #list(query: URLSearchParams): Answer {
    const limit = Math.min(Number(query.get("max-keys") ?? pageEntries), pageEntries);
    const after = query.get("continuation-token") ?? "";
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(query.get("prefix") ?? "") && key > after).sort();
    const page = keys.slice(0, limit);
    const entries = page.map((key) => {
      const { bytes, modified } = this.objects.get(key) ?? { bytes: Buffer.alloc(0), modified: new Date(0) };
      return `<Contents><Key>${key}</Key><Size>${bytes.length}</Size><LastModified>${modified.toISOString()}</LastModified></Contents>`;
    });
    const more = keys.length > limit ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
    return xml("ListBucketResult", `<IsTruncated>${keys.length > limit}</IsTruncated>${more}${entries.join("")}`);
  }

  #listUploads(query: URLSearchParams): Answer {
    const uploads = [...this.uploads].filter(([, { key }]) => key.startsWith(query.get("prefix") ?? ""));
    const entries = uploads.map(
      ([id, { key, modified }]) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${modified.toISOString()}</Initiated></Upload>`,
    );
    return xml("ListMultipartUploadsResult", `<IsTruncated>false</IsTruncated>${entries.join("")}`);
  }

  #upload(what: string, { key, query, request, body }: Target): Answer {
    if (what === "POST begin") {
      const id = randomUUID();
      this.uploads.set(id, { key, parts: new Map(), metadata: metadataOf(request), modified: this.now() });
      return xml("InitiateMultipartUploadResult", `<UploadId>${id}</UploadId>`);
    }
    const id = query.get("uploadId") ?? "";
    const upload = this.uploads.get(id);
    if (upload === undefined) {
      return error(404, "NoSuchUpload");
    }
    if (what === "PUT part") {
      upload.parts.set(Number(query.get("partNumber")), body);
      return { status: 200, headers: { etag: etagOf(body) } };
    }
    if (what === "POST complete") {
      if (this.#isTaken(key, request, this.honours.complete)) {
        return error(412, "PreconditionFailed");
      }
      const numbers = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => Number(number));
      const bytes = Buffer.concat(numbers.map((number) => upload.parts.get(number) ?? Buffer.alloc(0)));
      this.objects.set(key, { bytes, metadata: upload.metadata, modified: this.now() });
    }
    this.uploads.delete(id);
    return what === "POST complete" ? xml("CompleteMultipartUploadResult", `<ETag>"x"</ETag>`) : { status: 204 };
  }
}

function errandOf(method: string | undefined, { key, query }: Pick<Target, "key" | "query">): string {
  if (key === "") {
    return query.has("uploads") ? "uploads" : "list";
  }
  if (query.has("uploads")) {
    return "begin";
  }
  if (!query.has("uploadId")) {
    return "object";
  }
  return { PUT: "part", POST: "complete", DELETE: "upload" }[method ?? ""] ?? "unknown";
}

function metadataOf(request: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(request.headers).filter(([name]) => name.startsWith("x-amz-meta-"));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function send(response: ServerResponse, { status, headers = {}, body = "" }: Answer): void {
  response.writeHead(status, headers).end(body);
}

function finish(response: ServerResponse, answer: Answer, fault: S3Fault | undefined): void {
  if (fault?.kind === "reset") {
    response.destroy();
  } else if (fault?.kind === "cut" || fault?.kind === "stall") {
    response.writeHead(answer.status, { "content-length": Buffer.byteLength(answer.body ?? ""), ...answer.headers });
    response.write(Buffer.from(answer.body ?? "").subarray(0, fault.afterBytes), () => fault.kind === "cut" && response.destroy());
  } else if (fault?.kind === "short") {
    const body = Buffer.from(answer.body ?? "").subarray(0, fault.afterBytes);
    send(response, { ...answer, headers: { ...answer.headers, "content-length": String(body.length) }, body });
  } else if (fault?.kind !== "silence") {
    send(response, answer);
  }
}
