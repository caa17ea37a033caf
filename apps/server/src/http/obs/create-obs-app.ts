import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TlsFiles } from "../tls-files.ts";
import { handleExchange } from "./handle-exchange.ts";
import type { Exchange } from "./handle-exchange.ts";
import type { ObsServices } from "./obs-services.ts";

/** A connection on which nothing moves for so long is closed. An upload may take as long as it likes while bytes come. */
const idleTimeoutMs = 5 * 60 * 1000;
const headersTimeoutMs = 60 * 1000;
const keepAliveTimeoutMs = 75 * 1000;

/** The bucket endpoint. */
export interface ObsApp {
  /** Answers the port, which matters when 0 was asked for. Throws what listening throws (EADDRINUSE) */
  listen(address: { readonly host: string; readonly port: number }): Promise<number>;
  /** Takes no new requests and waits for those under way, until the signal ends them too. */
  close(options?: { readonly signal?: AbortSignal }): Promise<void>;
}

/**
 * Makes the S3-compatible endpoint: buckets and objects on a port of their own. It stands on Node's own server, since nothing of
 * it is routed by path, bodies are never parsed, and the path must reach the signature check as it was sent. With a certificate it speaks nothing
 * but HTTPS.
 *
 * Memory  per upload a block of 512 KiB (two where it comes in signed chunks), what the store's writer holds, and two socket buffers of 64 KiB;
 *         per download two steps of 1 MiB; per XML request 6 MiB of text and the tree of it
 */
export function createObsApp(services: ObsServices, tls?: TlsFiles): ObsApp {
  const times = { requestTimeout: 0, headersTimeout: headersTimeoutMs, keepAliveTimeout: keepAliveTimeoutMs };
  const server = tls === undefined ? createServer(times) : createSecureServer({ ...times, ...tls });
  server.timeout = idleTimeoutMs;
  const handle = async (exchange: Exchange) => {
    exchange.response.once("close", () => {
      if (!server.listening) {
        // The connection of the last answer would otherwise stay open for a next request until it times out.
        server.closeIdleConnections();
      }
    });
    await handleExchange(services, exchange);
  };
  server.on("request", (incoming, response) => void handle({ incoming, response, wantsContinue: false }));
  server.on(
    "checkContinue",
    (incoming: IncomingMessage, response: ServerResponse) => void handle({ incoming, response, wantsContinue: true }),
  );
  return { listen: (address) => listen(server, address), close: (options) => close(server, options?.signal) };
}

async function listen(server: Server, address: { readonly host: string; readonly port: number }): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(address.port, address.host, resolve);
  await promise;
  server.off("error", reject);
  // A server that listens on TCP has an address with a port.
  return (server.address() as AddressInfo).port;
}

async function close(server: Server, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const endAll = () => server.closeAllConnections();
  signal?.addEventListener("abort", endAll, { once: true });
  server.close(() => resolve());
  if (signal?.aborted === true) {
    endAll();
  }
  await promise;
  signal?.removeEventListener("abort", endAll);
}
