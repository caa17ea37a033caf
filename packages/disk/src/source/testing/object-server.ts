import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers a request itself and returns true, or leaves it to the server. */
export type Interception = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A web server on this machine with objects that answer ranges, as object stores do. For tests. */
export class ObjectServer implements AsyncDisposable {
  readonly objects = new Map<string, { readonly content: Buffer; readonly etag: string }>();
  /** Every request that came, in order. */
  readonly requests: IncomingMessage[] = [];
  /** Comes before the objects. */
  intercept: Interception = () => false;
  readonly #server = createServer((request, response) => this.#answer(request, response));

  static async start(): Promise<ObjectServer> {
    const server = new ObjectServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  /** Origin, without a slash at the end. */
  get origin(): string {
    // An object for a server that listens on a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Puts an object there and answers its address. */
  put(path: string, content: Buffer, etag = `"${content.length}"`): string {
    this.objects.set(path, { content, etag });
    return `${this.origin}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request);
    if (this.intercept(request, response)) {
      return;
    }
    const object = this.objects.get(new URL(request.url ?? "/", this.origin).pathname);
    if (object === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { content, etag } = object;
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    const isCurrent = (request.headers["if-range"] ?? etag) === etag;
    if (range === null || !isCurrent) {
      response.writeHead(200, { etag, "content-length": content.length }).end(content);
      return;
    }
    const [first, last] = [Number(range[1]), Math.min(Number(range[2]), content.length - 1)];
    if (first >= content.length) {
      response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
      return;
    }
    const bytes = content.subarray(first, last + 1);
    const contentRange = `bytes ${first}-${last}/${content.length}`;
    response.writeHead(206, { etag, "content-range": contentRange, "content-length": bytes.length }).end(bytes);
  }
}
