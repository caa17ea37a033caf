import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { sendPieces } from "./send-pieces.ts";

/** A server that sends what it is given, and tells how that ended. */
async function sending(pieces: AsyncIterable<Uint8Array>): Promise<{ address: string; outcome: Promise<unknown>; close: () => void }> {
  const { promise: outcome, resolve } = Promise.withResolvers<unknown>();
  const server = createServer((_request, response) => {
    sendPieces(response, pieces).then(() => resolve("sent"), resolve);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an address object.
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, outcome, close: () => server.close() };
}

test("everything arrives, although the memory of a piece is used again for the next", async () => {
  const memory = new Uint8Array(300_000);
  async function* pieces() {
    for (let number = 0; number < 20; number += 1) {
      yield memory.fill(number);
    }
  }
  const { address, outcome, close } = await sending(pieces());
  const bytes = Buffer.from(await (await fetch(address)).arrayBuffer());
  close();
  assert.equal(await outcome, "sent");
  assert.ok(bytes.equals(Buffer.concat(Array.from({ length: 20 }, (_, number) => Buffer.alloc(300_000, number)))));
});

test("a client that leaves ends the sending, and what makes the pieces", async () => {
  let isEnded = false;
  async function* pieces() {
    try {
      for (;;) {
        yield new Uint8Array(1024 * 1024);
      }
    } finally {
      isEnded = true;
    }
  }
  const { address, outcome, close } = await sending(pieces());
  const leaving = new AbortController();
  await fetch(address, { signal: leaving.signal });
  leaving.abort();
  assert.ok((await outcome) instanceof Error);
  assert.ok(isEnded);
  close();
});
