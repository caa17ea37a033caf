import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A web server of this machine that gives one small raw disk, whatever is asked for. */
export class PictureServer implements AsyncDisposable {
  readonly #server: Server;
  /** `host:port`, as the setting that lets the service fetch from it wants it. */
  readonly place: string;

  private constructor(server: Server, place: string) {
    this.#server = server;
    this.place = place;
  }

  static async open(): Promise<PictureServer> {
    const disk = randomBytes(65_536);
    const server = createServer((request, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": disk.length });
      response.end(request.method === "HEAD" ? undefined : disk);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // A listening TCP server has an address object.
    const { port } = server.address() as AddressInfo;
    return new PictureServer(server, `127.0.0.1:${port}`);
  }

  get url(): string {
    return `http://${this.place}/disk.raw`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
