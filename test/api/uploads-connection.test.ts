import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { dataRecordHead, zerosRecord } from "@tintype/contract/tus/chunk-records.ts";
import { ImsServer, demo } from "./ims-server.ts";
import { begin, callUploads, contentOf, metadataOf, offsetOf, offsetStream, send } from "./upload-calls.ts";

const mebibyte = 1024 * 1024;
/** Content in which no two places are alike. */
const file = Buffer.from(Uint32Array.from({ length: 12 * mebibyte }, (_, index) => (index * 2_654_435_761) % 2 ** 32).buffer);

let server: ImsServer;
let endpoint: string;
let path: string;
before(async () => {
  server = await ImsServer.open();
  await server.world.addFile("demo", "files:");
  endpoint = await server.app.listen({ host: "127.0.0.1", port: 0 });
});
beforeEach(async () => {
  path = await begin(server, file.length);
});
after(() => server[Symbol.asyncDispose]());

/** Begins to send bytes over a connection of its own, and leaves the rest to the caller. */
function open(offset: number, headers: Readonly<Record<string, string>> = {}): ClientRequest {
  return request(`${endpoint}${path}`, {
    method: "PATCH",
    agent: false,
    headers: {
      "x-caller": JSON.stringify(demo),
      "tus-resumable": "1.0.0",
      "upload-offset": String(offset),
      ...offsetStream,
      ...headers,
    },
  });
}

async function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  // Node tells of the answer with one argument.
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  answer.resume();
  return answer;
}

/** Waits until bytes of somebody are being written: then others are refused, and the blob for them is noted. */
async function untilWritten(): Promise<void> {
  const isWriting = async () => (await send(server, path, await offsetOf(server, path), { body: "" })).statusCode === 423;
  while (!(await isWriting()) || (await server.world.catalog.removals.noted(1)).length === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Waits until nobody writes to the upload any more; answers where it stands. */
async function untilFree(): Promise<number> {
  for (;;) {
    const offset = await offsetOf(server, path);
    if ((await send(server, path, offset, { body: "" })).statusCode === 204) {
      return offset;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("what came before a connection broke counts, and the rest makes the file whole", async () => {
  const broken = open(0, { "content-length": String(file.length) });
  broken.on("error", () => {});
  broken.write(file.subarray(0, 41 * mebibyte + 7));
  while ((await offsetOf(server, path)) < 32 * mebibyte) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(await offsetOf(server, path), 32 * mebibyte, "whole steps count while the rest still comes");
  await untilWritten();
  broken.destroy();
  const offset = await untilFree();
  assert.ok(offset > 32 * mebibyte && offset <= 41 * mebibyte + 7, String(offset));
  assert.equal((await send(server, path, offset, { body: file.subarray(offset) })).statusCode, 204);
  assert.ok(file.equals((await contentOf(server)) ?? Buffer.alloc(0)));
});

test("what came of a body with a checksum does not count when the connection breaks", async () => {
  const headers = { "content-length": String(file.length), "upload-checksum": "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=" };
  const broken = open(0, headers);
  broken.on("error", () => {});
  broken.write(file.subarray(0, 20 * mebibyte));
  await untilWritten();
  broken.destroy();
  assert.equal(await untilFree(), 0);
});

test("what came for an image before a connection broke counts too", async () => {
  const made = await server.call("POST", "/image/v2/images", { name: "broken", disk_format: "raw", container_format: "bare" });
  const image = made.json<{ id: string }>().id;
  const content = file.subarray(0, 3 * mebibyte);
  path = await begin(server, content.length, { "upload-metadata": metadataOf({ image }) });
  const broken = open(0, { "content-length": String(content.length) });
  broken.on("error", () => {});
  broken.write(content.subarray(0, mebibyte));
  await untilWritten();
  broken.destroy();
  const offset = await untilFree();
  assert.ok(offset > 0 && offset <= mebibyte, String(offset));
  assert.equal((await send(server, path, offset, { body: content.subarray(offset) })).statusCode, 204);
  const { rawPayload } = await server.call("GET", `/image/v2/images/${image}/file`);
  assert.ok(content.equals(rawPayload));
});

test("a second writer is refused with 423 while the first is at work, which goes on unharmed", async () => {
  const first = open(0, { "content-length": String(file.length) });
  first.write(file.subarray(0, 1000));
  await untilWritten();
  const second = await send(server, path, 0, { body: "other bytes" });
  assert.equal(second.statusCode, 423);
  first.end(file.subarray(1000));
  assert.equal((await answerTo(first)).statusCode, 204);
  assert.ok(file.equals((await contentOf(server)) ?? Buffer.alloc(0)));
});

test("records are written by one request at a time as bytes are, and one that breaks off within a record leaves what came", async () => {
  const records = { "content-type": "application/vnd.tintype.chunks" };
  const first = open(0, { ...records, "content-length": "1000000" });
  const broken = once(first, "error");
  first.write(Buffer.concat([dataRecordHead(100_000), file.subarray(0, 70_000)]));
  await untilWritten();
  const second = await send(server, path, 0, { body: zerosRecord(1), headers: records });
  assert.equal(second.statusCode, 423);
  first.destroy(new Error("gone"));
  await broken;
  const offset = await untilFree();
  assert.ok(offset > 0 && offset <= 70_000, String(offset));
  assert.equal((await send(server, path, offset, { body: file.subarray(offset) })).statusCode, 204);
  assert.ok(file.equals((await contentOf(server)) ?? Buffer.alloc(0)));
});

test("a second writer takes over when the first has stood still", async () => {
  const first = open(0, { "content-length": String(file.length) });
  const firstEnded = once(first, "error");
  first.write(file.subarray(0, 1000));
  await untilWritten();
  server.world.clock.advance(5000);
  // What came of the first one counts, so the second has to ask again where to go on.
  assert.equal((await send(server, path, 0, { body: file })).statusCode, 409);
  await firstEnded;
  const offset = await offsetOf(server, path);
  assert.ok(offset > 0 && offset <= 1000, String(offset));
  assert.equal((await send(server, path, offset, { body: file.subarray(offset) })).statusCode, 204);
});

test("of many writers at once one is counted, and the others are told", async () => {
  const small = await begin(server, 1000);
  for (let round = 0; round < 20; round += 1) {
    const offset = round * 50;
    const answers = await Promise.all(
      [1, 2, 3].map((writer) => send(server, small, offset, { body: Buffer.alloc(50, `${round}-${writer} `) })),
    );
    const codes = answers.map(({ statusCode }) => statusCode).toSorted((one, other) => one - other);
    assert.equal(codes[0], 204);
    assert.ok(
      codes.slice(1).every((code) => code === 423 || code === 409),
      String(codes),
    );
    assert.equal(await offsetOf(server, small), offset + 50);
  }
  const content = (await contentOf(server))?.toString() ?? "";
  for (let round = 0; round < 20; round += 1) {
    assert.match(content.slice(round * 50, round * 50 + 50), new RegExp(`^(${round}-[123] )+\\d*-?\\d? ?$`));
  }
});

test("an upload that is ended while bytes come ends them, and nothing is left", async () => {
  const before = await server.world.contents();
  const writing = open(0, { "content-length": String(file.length) });
  const ended = once(writing, "error");
  writing.write(file.subarray(0, 20 * mebibyte));
  await untilWritten();
  assert.equal((await callUploads(server, "DELETE", path)).statusCode, 204);
  await ended;
  while ((await server.world.contents()).length > before.length) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(await server.world.contents(), before);
});

test("a body of unknown length that is too long is told so, and the bytes behind the end do no harm", async () => {
  path = await begin(server, 10 * mebibyte);
  const writing = open(0);
  writing.write(file.subarray(0, 10 * mebibyte));
  writing.end(file.subarray(0, 1000));
  const answer = await answerTo(writing);
  assert.equal(answer.statusCode, 413);
  assert.equal(await offsetOf(server, path), 0);
  const right = open(0);
  right.write(file.subarray(0, mebibyte));
  right.end(file.subarray(mebibyte, 10 * mebibyte));
  assert.equal((await answerTo(right)).statusCode, 204);
});

test("the connection of a refused upload can be used again", async () => {
  const refused = open(5, { "content-length": String(mebibyte) });
  refused.end(file.subarray(0, mebibyte));
  assert.equal((await answerTo(refused)).statusCode, 409);
});
