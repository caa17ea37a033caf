import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { test } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { Value } from "typebox/value";
import { ListExtentsAnswer } from "@tintype/contract/api/image-content.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";
import { storedPacks } from "./stored-packs.ts";

const MIB = 1024 * 1024;
const SIZE = 5 * MIB;
/** Data in the first and the fourth MiB, zeros elsewhere. */
const content = Buffer.concat([sampleDisk(1), Buffer.alloc(2 * MIB), sampleDisk(1), Buffer.alloc(MIB)]);

interface ReadChoices {
  readonly method?: "GET" | "HEAD";
  readonly caller?: Caller;
  readonly query?: string;
}

type Read = (headers?: Record<string, string>, choices?: ReadChoices) => Promise<LightMyRequestResponse>;

async function serverWithImage(): Promise<{ server: ImsServer; id: string; etag: string; read: Read }> {
  const server = await ImsServer.open();
  const image = await server.world.addImage("demo", content);
  const read: Read = async (headers = {}, { method = "GET", caller = demo, query = "" } = {}) =>
    server.app.inject({
      method,
      url: `/api/v1/images/${image.id}/content${query}`,
      headers: { "x-caller": JSON.stringify(caller), ...headers },
    });
  return { server, id: image.id, etag: `"${image.disks[0]?.blobId}"`, read };
}

test("R-210: the end of a lazily loaded image is read from its last pack alone, however much lies before it", async () => {
  await using server = await ImsServer.open();
  const large = randomBytes(100 * MIB);
  const image = await server.world.addImage("demo", large, { diskFormat: "zvhd2" });
  const [listed] = await server.list("?id=" + image.id);
  assert.equal(listed?.["__lazyloading"], "true");
  const packs = [...(await storedPacks(server)).keys()];
  const ages = await Promise.all(packs.map(async (path) => ({ path, madeAt: (await stat(path)).mtimeMs })));
  const [last, ...others] = ages.toSorted((one, other) => other.madeAt - one.madeAt).map(({ path }) => path);
  assert.ok(last !== undefined && others.length >= 3);
  await Promise.all(others.map(async (path) => rm(path)));
  const answer = await server.app.inject({
    url: `/api/v1/images/${image.id}/content`,
    headers: { "x-caller": JSON.stringify(demo), range: "bytes=-4096" },
  });
  assert.equal(answer.statusCode, 206);
  assert.ok(answer.rawPayload.equals(large.subarray(-4096)));
});

test("an image's content is the disk, byte for byte, with its length and a name that never changes", async () => {
  const { server, etag, read } = await serverWithImage();
  await using _ = server;
  const answer = await read();
  assert.equal(answer.statusCode, 200);
  assert.ok(answer.rawPayload.equals(content));
  assert.equal(answer.headers["content-length"], String(SIZE));
  assert.equal(answer.headers["content-type"], "application/octet-stream");
  assert.equal(answer.headers["accept-ranges"], "bytes");
  assert.equal(answer.headers.etag, etag);
});

for (const [range, start, end] of [
  ["bytes=0-511", 0, 512],
  [`bytes=${MIB - 3}-${MIB + 4}`, MIB - 3, MIB + 5],
  [`bytes=${SIZE - 10}-`, SIZE - 10, SIZE],
  ["bytes=-7", SIZE - 7, SIZE],
  [`bytes=100-${SIZE * 2}`, 100, SIZE],
] as const) {
  test(`${range} is answered with those bytes`, async () => {
    const { server, read } = await serverWithImage();
    await using _ = server;
    const answer = await read({ range });
    assert.equal(answer.statusCode, 206);
    assert.equal(answer.headers["content-range"], `bytes ${start}-${end - 1}/${SIZE}`);
    assert.equal(answer.headers["content-length"], String(end - start));
    assert.ok(answer.rawPayload.equals(content.subarray(start, end)));
  });
}

test("a range behind the end is refused with the length, one that cannot be read asks for the whole", async () => {
  const { server, read } = await serverWithImage();
  await using _ = server;
  const outside = await read({ range: `bytes=${SIZE}-` });
  assert.equal(refusalOf(outside), "416 api.rangeNotSatisfiable");
  assert.equal(outside.headers["content-range"], `bytes */${SIZE}`);
  for (const range of ["bytes=0-1,5-6", "bytes=5-1", "lines=1-2"]) {
    assert.equal((await read({ range })).statusCode, 200);
  }
});

test("HEAD tells the same and sends nothing", async () => {
  const { server, read, etag } = await serverWithImage();
  await using _ = server;
  const whole = await read({}, { method: "HEAD" });
  assert.deepEqual([whole.statusCode, whole.headers["content-length"], whole.headers.etag], [200, String(SIZE), etag]);
  const part = await read({ range: "bytes=1-2" }, { method: "HEAD" });
  assert.deepEqual([part.statusCode, part.headers["content-length"], part.rawPayload.length], [206, "2", 0]);
});

test("who has it already gets nothing, and who has something else gets the whole", async () => {
  const { server, read, etag } = await serverWithImage();
  await using _ = server;
  const known = await read({ "if-none-match": etag });
  assert.deepEqual([known.statusCode, known.rawPayload.length], [304, 0]);
  assert.equal((await read({ "if-range": etag, range: "bytes=0-0" })).statusCode, 206);
  assert.equal((await read({ "if-range": '"other"', range: "bytes=0-0" })).statusCode, 200);
});

test("whoever sees an image may read it, and for all others it does not exist", async () => {
  const { server, id, read } = await serverWithImage();
  await using _ = server;
  for (const caller of [demo, reader, administrator]) {
    assert.equal((await read({ range: "bytes=0-0" }, { caller })).statusCode, 206);
  }
  const nobody = { project: "demo", roles: ["other"] };
  assert.equal(refusalOf(await read({}, { caller: alt })), "404 api.imageNotFound");
  assert.equal(refusalOf(await read({}, { caller: nobody })), "403 IMG.0026");
  const extents = (image: string, caller: Caller) => server.call("GET", `/api/v1/images/${image}/extents`, undefined, caller);
  assert.equal(refusalOf(await extents(id, alt)), "404 api.imageNotFound");
  assert.equal(refusalOf(await extents("nonsense", demo)), "404 api.imageNotFound");
  const shown = await server.world.addImage("demo", content, { visibility: "public" });
  assert.equal((await extents(shown.id, alt)).statusCode, 200);
});

test("an image that has no content yet says so, and so does one that has fewer disks", async () => {
  const { server, read } = await serverWithImage();
  await using _ = server;
  const queued = await server.world.addImage("demo", content, { status: "queued", disks: [] });
  assert.equal(refusalOf(await server.call("GET", `/api/v1/images/${queued.id}/content`)), "409 api.imageNotReady");
  assert.equal(refusalOf(await read({}, { query: "?disk=1" })), "404 api.imageDiskNotFound");
  assert.equal(refusalOf(await read({}, { query: "?disk=-1" })), "400 ops.invalidRequest");
  assert.equal((await read({}, { query: "?disk=0" })).statusCode, 200);
});

async function extentsOf(server: ImsServer, id: string, query: string): Promise<ListExtentsAnswer> {
  const answer = await server.call("GET", `/api/v1/images/${id}/extents${query}`);
  assert.equal(answer.statusCode, 200, answer.body);
  const page = answer.json<ListExtentsAnswer>();
  assert.deepEqual([...Value.Errors(ListExtentsAnswer, page)], []);
  return page;
}

test("the map lists data and zeros, and its parts are cut to what was asked for", async () => {
  const { server, id } = await serverWithImage();
  await using _ = server;
  const { sizeBytes, extents, nextCursor } = await extentsOf(server, id, "");
  assert.equal(sizeBytes, SIZE);
  assert.equal(nextCursor, undefined);
  assert.deepEqual(
    extents.map(({ kind }) => kind),
    ["data", "zero", "data", "zero"],
  );
  let end = 0;
  for (const { offset, length, kind } of extents) {
    assert.equal(offset, end);
    end += length;
    assert.ok(kind === "data" || content.subarray(offset, end).every((byte) => byte === 0));
  }
  assert.equal(end, SIZE);
  const part = await extentsOf(server, id, `?offset=${2 * MIB}&length=${MIB + 100}`);
  assert.deepEqual(part.extents, [
    { offset: 2 * MIB, length: MIB, kind: "zero" },
    { offset: 3 * MIB, length: 100, kind: "data" },
  ]);
  assert.deepEqual((await extentsOf(server, id, `?offset=${SIZE}`)).extents, []);
  assert.deepEqual((await extentsOf(server, id, "?length=0")).extents, []);
});

test("pages of the map meet every extent once, also of a part", async () => {
  const { server, id } = await serverWithImage();
  await using _ = server;
  for (const part of ["", `&offset=100&length=${4 * MIB}`]) {
    const seen: ListExtentsAnswer["extents"] = [];
    for (let query = `?limit=1${part}`; ;) {
      const page = await extentsOf(server, id, query);
      seen.push(...page.extents);
      if (page.nextCursor === undefined) {
        break;
      }
      query = `?limit=1&cursor=${page.nextCursor}`;
    }
    assert.deepEqual(seen, (await extentsOf(server, id, `?limit=10${part}`)).extents);
  }
  assert.equal(refusalOf(await server.call("GET", `/api/v1/images/${id}/extents?cursor=abc`)), "400 api.badCursor");
  assert.equal(refusalOf(await server.call("GET", `/api/v1/images/${id}/extents?limit=0`)), "400 ops.invalidRequest");
  assert.equal(refusalOf(await server.call("GET", `/api/v1/images/${id}/extents?offset=-1`)), "400 ops.invalidRequest");
});

/** Lets every read behind the first MiB fail, as one of a damaged chunk does. */
function damage(server: ImsServer): void {
  const { store } = server.world;
  const open = store.open.bind(store);
  store.open = async (id) => {
    const blob = await open(id);
    const read = blob.read.bind(blob);
    blob.read = async (offset, length, options) => {
      if (offset + length > MIB) {
        throw new Error("Chunk 2 is damaged.");
      }
      return read(offset, length, options);
    };
    return blob;
  };
}

test("content that turns out to be damaged is not sent: the answer is a failure, or breaks off before its length", async () => {
  const { server, id, read } = await serverWithImage();
  await using _ = server;
  damage(server);
  assert.equal((await read({ range: "bytes=0-1000" })).statusCode, 206);
  assert.equal(refusalOf(await read({ range: `bytes=${3 * MIB}-` })), "500 ops.internal");
  const address = await server.app.listen({ host: "127.0.0.1", port: 0 });
  const answer = await fetch(`${address}/api/v1/images/${id}/content`, { headers: { "x-caller": JSON.stringify(demo) } });
  assert.equal(answer.status, 200);
  await assert.rejects(answer.arrayBuffer(), /terminated/);
});
