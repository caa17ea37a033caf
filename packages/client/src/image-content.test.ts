import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { test } from "node:test";
import { ImageContent } from "./image-content.ts";
import { doubleSession } from "./testing/double-session.ts";
import { startHttpDouble } from "./testing/http-double.ts";
import { InstantTimers } from "./testing/instant-timers.ts";

const content = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251));
const etag = '"blob-1"';

/** Answers the sign-in and the calls that open a content; `answer` answers the reads. */
function service(answer: (request: IncomingMessage, response: ServerResponse, read: number) => void) {
  let reads = 0;
  return startHttpDouble((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://double");
    if (pathname.startsWith("/v3")) {
      const token = { token: { expires_at: "2027-01-01T00:00:00Z", project: { id: "p" }, catalog: [] } };
      response.writeHead(201, { "x-subject-token": "t" }).end(JSON.stringify(token));
    } else if (pathname.endsWith("/extents")) {
      const isSecond = searchParams.get("cursor") === "c2";
      const extents = isSecond ? [{ offset: 4096, length: 5904, kind: "zero" }] : [{ offset: 0, length: 4096, kind: "data" }];
      response.end(JSON.stringify({ sizeBytes: content.length, extents, ...(isSecond ? {} : { nextCursor: "c2" }) }));
    } else if (request.method === "HEAD") {
      response.writeHead(200, { etag, "content-length": content.length }).end();
    } else {
      answer(request, response, (reads += 1));
    }
  });
}

function sendRange(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array = content): void {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  const part = bytes.subarray(Number(first), Number(last) + 1);
  response.writeHead(206, { etag, "content-length": part.length }).end(part);
}

test("ranges fill the caller's memory, and the map comes page by page", async () => {
  await using double = await service((request, response) => sendRange(request, response));
  const image = await ImageContent.open(doubleSession(double.url, new InstantTimers()), "i 1");
  assert.equal(image.lengthBytes, content.length);
  const target = Buffer.alloc(1000);
  await image.readInto(target, 777);
  assert.ok(target.equals(content.subarray(777, 1777)));
  const kinds: string[] = [];
  for await (const { kind } of image.extents()) {
    kinds.push(kind);
  }
  assert.deepEqual(kinds, ["data", "zero"]);
});

test("a read that breaks off is tried again from its start", async () => {
  let reads = 0;
  await using double = await service((request, response, read) => {
    reads = read;
    if (read < 3) {
      response.writeHead(206, { etag, "content-length": 1000 }).write(Buffer.alloc(300, 0xee));
      setImmediate(() => response.destroy());
    } else {
      sendRange(request, response);
    }
  });
  const timers = new InstantTimers();
  const image = await ImageContent.open(doubleSession(double.url, timers), "i");
  const target = Buffer.alloc(1000);
  await image.readInto(target, 0);
  assert.ok(target.equals(content.subarray(0, 1000)));
  assert.equal(reads, 3);
  assert.equal(timers.delays.length, 2);
});

for (const [what, answer] of [
  ["the whole instead of a range", (response: ServerResponse) => response.writeHead(200, { etag }).end(content)],
  ["another content", (response: ServerResponse) => response.writeHead(206, { etag: '"blob-2"' }).end(content.subarray(0, 1000))],
  ["more than was asked for", (response: ServerResponse) => response.writeHead(206, { etag }).end(content)],
] as const) {
  test(`${what} is not taken for what was asked for`, async () => {
    await using double = await service((_request, response) => void answer(response));
    const image = await ImageContent.open(doubleSession(double.url, new InstantTimers()), "i");
    await assert.rejects(image.readInto(Buffer.alloc(1000), 0), { name: "ChecksumError" });
  });
}

test("a service that says no is not asked again", async () => {
  let reads = 0;
  await using double = await service((_request, response, read) => {
    reads = read;
    response
      .writeHead(404, { "content-type": "application/problem+json" })
      .end(JSON.stringify({ code: "api.imageNotFound", detail: "Gone." }));
  });
  const image = await ImageContent.open(doubleSession(double.url, new InstantTimers()), "i");
  await assert.rejects(image.readInto(Buffer.alloc(10), 0), { name: "ApiError", code: "api.imageNotFound" });
  assert.equal(reads, 1);
});
