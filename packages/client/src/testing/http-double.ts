import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Answers one request; the body is read as far as it reads it. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A server on this machine that answers as a test says, for failures that the real one does not produce on request. */
export interface HttpDouble extends AsyncDisposable {
  readonly url: URL;
}

export async function startHttpDouble(handler: Handler): Promise<HttpDouble> {
  const server = createServer((request, response) => {
    Promise.resolve(handler(request, response)).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new TypeError("The double listens on no port.");
  }
  return {
    url: new URL(`http://127.0.0.1:${address.port}`),
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer); // a request without an encoding yields buffers
  }
  return Buffer.concat(chunks);
}
