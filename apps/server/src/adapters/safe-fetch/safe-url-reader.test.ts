import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import { UrlError } from "../../ports/url-reader.ts";
import { safeUrlReader } from "./safe-url-reader.ts";
import type { SafeUrlReaderOptions } from "./safe-url-reader.ts";

interface Place extends AsyncDisposable {
  readonly port: number;
  /** How many requests came. */
  readonly count: () => number;
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Place> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    // A listening TCP server has an address object.
    port: (server.address() as AddressInfo).port,
    count: () => count,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const signal = AbortSignal.timeout(20_000);
const reader = (options: Partial<SafeUrlReaderOptions> = {}) => safeUrlReader({ allowed: [], silenceMs: 30_000, ...options });

async function read(url: string, options: Partial<SafeUrlReaderOptions> = {}, maxBytes = 1000): Promise<string> {
  await using opened = await reader(options).open(url, { maxBytes, signal });
  return Buffer.concat(await Array.fromAsync(opened.pieces)).toString();
}

const refused = (error: unknown): boolean => error instanceof UrlError && error.reason === "refused";
const failed = (error: unknown): boolean => error instanceof UrlError && error.reason === "failed";

test("an allowed place is read, with what it says of itself", async () => {
  await using place = await serve((_, response) => response.writeHead(200, { "content-type": "x/y" }).end("content"));
  assert.equal(await read(`http://127.0.0.1:${place.port}/a`, { allowed: [`127.0.0.1:${place.port}`] }), "content");
});

test("CVE-2026-71197: loopback and link-local hosts are refused before anything is sent", async () => {
  await using place = await serve((_, response) => response.end("secret"));
  for (const host of ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]) {
    await assert.rejects(read(`http://${host}:${place.port}/`), refused, host);
  }
  assert.equal(place.count(), 0);
});

test("CVE-2026-34881: addresses in decimal, octal, hexadecimal and short spelling are refused, allowed or not", async () => {
  await using place = await serve((_, response) => response.end("secret"));
  for (const host of ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.0.0.1"]) {
    await assert.rejects(read(`http://${host}:${place.port}/`, { allowed: [`127.0.0.1:${place.port}`] }), refused, host);
  }
  assert.equal(place.count(), 0);
});

test("CVE-2026-34881: what a redirect leads to is checked like what a user writes", async () => {
  await using inner = await serve((_, response) => response.end("secret"));
  await using outer = await serve((_, response) => response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/` }).end());
  await assert.rejects(read(`http://127.0.0.1:${outer.port}/`, { allowed: [`127.0.0.1:${outer.port}`] }), refused);
  assert.deepEqual([outer.count(), inner.count()], [1, 0]);
  await using odd = await serve((_, response) => response.writeHead(302, { location: `http://2130706433:${inner.port}/` }).end());
  const allowed = [`127.0.0.1:${odd.port}`, `127.0.0.1:${inner.port}`];
  await assert.rejects(read(`http://127.0.0.1:${odd.port}/`, { allowed }), refused);
});

test("a redirect within bounds is followed, and one without end is not", async () => {
  await using place = await serve((request, response) =>
    request.url === "/end"
      ? response.end("there")
      : response.writeHead(307, { location: request.url === "/loop" ? "/loop" : "/end" }).end(),
  );
  const allowed = [`127.0.0.1:${place.port}`];
  assert.equal(await read(`http://127.0.0.1:${place.port}/start`, { allowed }), "there");
  await assert.rejects(read(`http://127.0.0.1:${place.port}/loop`, { allowed }), failed);
});

test("CVE-2026-71198: a name is resolved once for a connection, and all of its addresses must be public", async () => {
  await using place = await serve((_, response) => response.end("inner"));
  let asked = 0;
  const changing = async (): Promise<readonly string[]> => {
    asked += 1;
    return asked === 1 ? ["192.0.2.77"] : ["127.0.0.1"];
  };
  const host = `rebinding.test:${place.port}`;
  // The first answer is not public either way; with the host allowed, the connection goes where the first answer led, not the second.
  await assert.rejects(
    safeUrlReader({ allowed: [host], silenceMs: 300, resolve: changing }).open(`http://${host}/`, { maxBytes: 10, signal }),
    failed,
  );
  assert.deepEqual([asked, place.count()], [1, 0]);
  await assert.rejects(read("http://mixed.test/", { resolve: async () => ["8.8.8.8", "127.0.0.1"] }), refused);
});

test("CVE-2026-71196: without a length, and with a wrong one, no more than the allowed bytes are read", async () => {
  await using endless = await serve((_, response) => {
    const more = (): void => {
      while (response.write("x".repeat(1000))) {
        // Until the connection takes no more.
      }
    };
    response.on("drain", more);
    more();
  });
  await assert.rejects(read(`http://127.0.0.1:${endless.port}/`, { allowed: [`127.0.0.1:${endless.port}`] }, 5000), refused);
  await using announced = await serve((_, response) => response.writeHead(200, { "content-length": "6000" }).end("x".repeat(6000)));
  await assert.rejects(read(`http://127.0.0.1:${announced.port}/`, { allowed: [`127.0.0.1:${announced.port}`] }, 5000), refused);
});

test("a connection that breaks, a silent host, an error page and a missing host are failures of the other side", async () => {
  await using broken = await serve((_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half");
    response.socket?.end();
  });
  await assert.rejects(read(`http://127.0.0.1:${broken.port}/`, { allowed: [`127.0.0.1:${broken.port}`] }), failed);
  await using silent = await serve(() => {});
  await assert.rejects(read(`http://127.0.0.1:${silent.port}/`, { allowed: [`127.0.0.1:${silent.port}`], silenceMs: 100 }), failed);
  await using missing = await serve((_, response) => response.writeHead(404).end("gone"));
  await assert.rejects(read(`http://127.0.0.1:${missing.port}/`, { allowed: [`127.0.0.1:${missing.port}`] }), failed);
  await assert.rejects(read("http://nowhere.test/", { resolve: async () => Promise.reject(new Error("ENOTFOUND")) }), refused);
});

test("CVE-2013-1840, CVE-2014-9493, CVE-2015-1195, CVE-2025-44021: other schemes, credentials in the URL and what is no URL are refused without being shown again", async () => {
  for (const url of [
    "file:///etc/passwd",
    "ftp://host/x",
    "gopher://host/",
    "http://user:secret@host.test/",
    "no url",
    `http://h/${"x".repeat(3000)}`,
  ]) {
    await assert.rejects(
      read(url, { resolve: async () => ["8.8.8.8"] }),
      (error) => refused(error) && !String(error).includes("secret"),
      url.slice(0, 50),
    );
  }
});

test("a cancelled read ends with the signal's reason", async () => {
  await using silent = await serve(() => {});
  const controller = new AbortController();
  const opening = reader({ allowed: [`127.0.0.1:${silent.port}`] }).open(`http://127.0.0.1:${silent.port}/`, {
    maxBytes: 10,
    signal: controller.signal,
  });
  controller.abort(new Error("cancelled"));
  await assert.rejects(opening, /cancelled/);
});

test("a place that never gets to its answer, whatever it says meanwhile, is given up", async () => {
  for (const [name, speak] of [
    ["other protocol", (socket: Socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: odd\r\nconnection: upgrade\r\n\r\n")],
    ["hints without end", (socket: Socket) => forever(socket, "HTTP/1.1 103 Early Hints\r\n\r\n")],
    ["headers without end", (socket: Socket) => socket.write("HTTP/1.1 200 OK\r\n", () => forever(socket, "x"))],
    ["the end of the connection", (socket: Socket) => socket.end()],
  ] as const) {
    await using stack = new AsyncDisposableStack();
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.once("data", () => speak(socket));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    stack.defer(async () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, "close");
    });
    // A listening TCP server has an address object.
    const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await assert.rejects(read(`http://${place}/`, { allowed: [place], silenceMs: 500 }), failed, name);
  }
});

/** Sends a piece again and again, slowly enough for any limit of lengths. */
function forever(socket: Socket, piece: string): void {
  const again = setInterval(() => socket.write(piece), 50);
  socket.on("close", () => clearInterval(again));
}
