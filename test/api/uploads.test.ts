import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { StoreError } from "@tintype/store/store-error.ts";
import { removeExpiredUploads } from "@tintype/server/uploads/end-upload.ts";
import { ImsServer, alt, reader } from "./ims-server.ts";
import { begin, callUploads, codeOf, contentOf, metadataOf, offsetOf, offsetStream, send, uploadsPath } from "./upload-calls.ts";

const bytes = Buffer.from("Some bytes of a file, in pieces.");

/** A server with the bucket `files` in it. */
async function serverWithBucket(options?: Parameters<typeof ImsServer.open>[0]): Promise<ImsServer> {
  const server = await ImsServer.open(options);
  await server.world.addFile("demo", "files:");
  return server;
}

test("OPTIONS tells what is supported, to anyone", async () => {
  await using server = await serverWithBucket();
  for (const url of [uploadsPath, `${uploadsPath}/any`]) {
    const { statusCode, headers } = await server.app.inject({ method: "OPTIONS", url });
    assert.equal(statusCode, 204);
    assert.equal(headers["tus-version"], "1.0.0");
    assert.equal(headers["tus-extension"], "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination");
    assert.equal(headers["tus-checksum-algorithm"], "sha256,sha1,md5,crc32");
    assert.equal(headers["tus-max-size"], String(5 * 2 ** 40));
    assert.equal(headers["tus-resumable"], undefined);
  }
});

test("a file comes in pieces and becomes an object, whose parts are what came", async () => {
  await using server = await serverWithBucket();
  const metadata = metadataOf({ bucket: "files", key: "dir/ü.iso", filetype: "application/x-iso9660-image", note: "" });
  const created = await callUploads(server, "POST", uploadsPath, {
    headers: { "upload-length": String(bytes.length), "upload-metadata": metadata },
  });
  assert.equal(created.statusCode, 201, created.body);
  assert.equal(created.headers["tus-resumable"], "1.0.0");
  assert.equal(created.headers["upload-offset"], undefined);
  assert.equal(created.body, "");
  assert.match(String(created.headers["location"]), /^http:\/\/localhost(:80)?\/api\/v1\/uploads\/[0-9a-f]{32}$/);
  const path = new URL(String(created.headers["location"])).pathname;

  const shown = await callUploads(server, "HEAD", path);
  assert.equal(shown.statusCode, 200);
  assert.equal(shown.headers["upload-offset"], "0");
  assert.equal(shown.headers["upload-length"], String(bytes.length));
  assert.equal(shown.headers["upload-metadata"], metadata);
  assert.equal(shown.headers["cache-control"], "no-store");

  const first = await send(server, path, 0, { body: bytes.subarray(0, 10) });
  assert.equal(first.statusCode, 204, first.body);
  assert.equal(first.headers["upload-offset"], "10");
  assert.equal(await offsetOf(server, path), 10);
  assert.equal(await server.world.catalog.buckets.object("files", "dir/ü.iso"), undefined);
  const last = await send(server, path, 10, { body: bytes.subarray(10) });
  assert.equal(last.headers["upload-offset"], String(bytes.length));
  assert.equal(last.headers["upload-expires"], undefined);
  assert.equal(await offsetOf(server, path), bytes.length);

  const object = await server.world.catalog.buckets.object("files", "dir/ü.iso");
  assert.equal(object?.contentType, "application/x-iso9660-image");
  assert.deepEqual(
    object.parts.map(({ lengthBytes }) => lengthBytes),
    [10, bytes.length - 10],
  );
  assert.deepEqual(await contentOf(server, "dir/ü.iso"), bytes);
  assert.deepEqual(
    (await server.world.contents()).map((thing) => thing.split(" ", 1)[0]),
    ["blob", "blob", "object"],
  );
});

test("the first bytes may come with the creation, and all of them too", async () => {
  await using server = await serverWithBucket();
  const create = async (body: Uint8Array) =>
    callUploads(server, "POST", uploadsPath, {
      headers: { ...offsetStream, "upload-length": String(bytes.length), "upload-metadata": metadataOf({ bucket: "files", key: "key" }) },
      body,
    });
  const some = await create(bytes.subarray(0, 5));
  assert.equal(some.statusCode, 201, some.body);
  assert.equal(some.headers["upload-offset"], "5");
  assert.ok(some.headers["upload-expires"]);
  assert.equal(await contentOf(server), undefined);
  const all = await create(bytes);
  assert.equal(all.headers["upload-offset"], String(bytes.length));
  assert.deepEqual(await contentOf(server), bytes);
});

test("a creation whose bytes are refused leaves no upload", async () => {
  await using server = await serverWithBucket();
  const headers = { ...offsetStream, "upload-length": "3", "upload-metadata": metadataOf({ bucket: "files", key: "key" }) };
  assert.equal(codeOf(await callUploads(server, "POST", uploadsPath, { headers, body: bytes })), "413 tus.tooLarge");
  const checksum = { "upload-checksum": `sha1 ${createHash("sha1").digest("base64")}` };
  assert.equal(
    codeOf(await callUploads(server, "POST", uploadsPath, { headers: { ...headers, ...checksum }, body: "abc" })),
    "460 tus.checksumMismatch",
  );
  assert.deepEqual(await server.world.contents(), []);
  assert.deepEqual(await server.world.catalog.uploads.expired(Number.MAX_SAFE_INTEGER, 10), []);
});

test("an empty file is complete at once", async () => {
  await using server = await serverWithBucket();
  const path = await begin(server, 0);
  assert.equal(await offsetOf(server, path), 0);
  assert.deepEqual(await contentOf(server), Buffer.alloc(0));
});

test("the length may come with any piece, once", async () => {
  await using server = await serverWithBucket();
  const path = await begin(server, undefined);
  assert.equal((await callUploads(server, "HEAD", path)).headers["upload-defer-length"], "1");
  await send(server, path, 0, { body: bytes.subarray(0, 20) });
  assert.equal(codeOf(await send(server, path, 20, { headers: { "upload-length": "19" }, body: "" })), "400 tus.invalidHeader");
  const length = { "upload-length": String(bytes.length) };
  assert.equal((await send(server, path, 20, { headers: length, body: bytes.subarray(20, 21) })).statusCode, 204);
  const shown = await callUploads(server, "HEAD", path);
  assert.equal(shown.headers["upload-length"], String(bytes.length));
  assert.equal(shown.headers["upload-defer-length"], undefined);
  assert.equal(codeOf(await send(server, path, 21, { headers: { "upload-length": "100" }, body: "" })), "400 tus.invalidHeader");
  assert.equal((await send(server, path, 21, { headers: length, body: bytes.subarray(21) })).statusCode, 204);
  assert.deepEqual(await contentOf(server), bytes);
});

test("a length that turns out to be what is there completes the upload", async () => {
  await using server = await serverWithBucket();
  const path = await begin(server, undefined);
  await send(server, path, 0, { body: bytes });
  assert.equal(await contentOf(server), undefined);
  const last = await send(server, path, bytes.length, { headers: { "upload-length": String(bytes.length) }, body: "" });
  assert.equal(last.statusCode, 204, last.body);
  assert.deepEqual(await contentOf(server), bytes);
});

const checksums: readonly [algorithm: string, digest: (content: Uint8Array) => Buffer][] = [
  ...["sha1", "sha256", "md5"].map(
    (name) => [name, (content: Uint8Array) => createHash(name).update(content).digest()] as [string, (content: Uint8Array) => Buffer],
  ),
  [
    "crc32",
    (content) => {
      const sum = Buffer.alloc(4);
      sum.writeUInt32BE(crc32(content));
      return sum;
    },
  ],
];

for (const [algorithm, digest] of checksums) {
  test(`a piece counts when it has the ${algorithm} that was promised, and not at all when it has another`, async () => {
    await using server = await serverWithBucket();
    const path = await begin(server, bytes.length);
    const promise = (content: Uint8Array) => ({ "upload-checksum": `${algorithm} ${digest(content).toString("base64")}` });
    const wrong = await send(server, path, 0, { headers: promise(bytes), body: bytes.subarray(0, 9) });
    assert.equal(codeOf(wrong), "460 tus.checksumMismatch");
    assert.equal(await offsetOf(server, path), 0);
    assert.deepEqual(await server.world.contents(), []);
    for (const [from, to] of [
      [0, 9],
      [9, bytes.length],
    ] as const) {
      const piece = bytes.subarray(from, to);
      assert.equal((await send(server, path, from, { headers: promise(piece), body: piece })).statusCode, 204);
    }
    assert.deepEqual(await contentOf(server), bytes);
  });
}

test("an upload that nothing comes for ends, and each piece puts that off", async () => {
  await using server = await serverWithBucket({ uploads: { expireHours: 2 } });
  const { clock, catalog } = server.world;
  const path = await begin(server, bytes.length);
  const hour = 3_600_000;
  const expiresIn = async () => {
    const { headers } = await callUploads(server, "HEAD", path);
    return Math.round((Date.parse(String(headers["upload-expires"])) - clock.now()) / hour);
  };
  assert.equal(await expiresIn(), 2);
  clock.advance(hour);
  assert.equal(await expiresIn(), 1);
  await send(server, path, 0, { body: bytes.subarray(0, 1) });
  assert.equal(await expiresIn(), 2);
  assert.equal(await removeExpiredUploads(server.world), 0);
  clock.advance(2 * hour);
  assert.equal((await callUploads(server, "HEAD", path)).statusCode, 410);
  assert.equal(codeOf(await send(server, path, 1, { body: "x" })), "410 tus.uploadExpired");
  assert.equal(await removeExpiredUploads(server.world), 1);
  assert.equal((await callUploads(server, "HEAD", path)).statusCode, 404);
  assert.deepEqual(await server.world.contents(), []);
  assert.deepEqual(await catalog.uploads.expired(clock.now(), 10), []);
});

test("what a complete upload has become outlives it", async () => {
  await using server = await serverWithBucket();
  const path = await begin(server, bytes.length);
  await send(server, path, 0, { body: bytes });
  server.world.clock.advance(25 * 3_600_000);
  assert.equal(await removeExpiredUploads(server.world), 1);
  assert.deepEqual(await contentOf(server), bytes);
  const ended = await begin(server, 1);
  await send(server, ended, 0, { body: "x" });
  assert.equal((await callUploads(server, "DELETE", ended)).statusCode, 204);
  assert.deepEqual(await contentOf(server), Buffer.from("x"));
});

test("a terminated upload is gone with all that came", async () => {
  await using server = await serverWithBucket();
  const path = await begin(server, bytes.length);
  await send(server, path, 0, { body: bytes.subarray(0, 3) });
  await send(server, path, 3, { body: bytes.subarray(3, 5) });
  const ended = await callUploads(server, "DELETE", path);
  assert.equal(ended.statusCode, 204, ended.body);
  assert.deepEqual(await server.world.contents(), []);
  for (const method of ["HEAD", "DELETE"] as const) {
    assert.equal((await callUploads(server, method, path)).statusCode, 404);
  }
  assert.equal(codeOf(await send(server, path, 5, { body: "x" })), "404 tus.uploadNotFound");
});

test("X-HTTP-Method-Override stands for the method, whatever that is", async () => {
  await using server = await serverWithBucket();
  const path = await begin(server, bytes.length);
  const as = (method: string) => ({ "x-http-method-override": method });
  const headers = { ...offsetStream, "upload-offset": "0", ...as("PATCH") };
  assert.equal((await callUploads(server, "POST", path, { headers, body: bytes.subarray(0, 4) })).headers["upload-offset"], "4");
  assert.equal((await callUploads(server, "GET", path, { headers: as("HEAD") })).headers["upload-offset"], "4");
  assert.equal((await callUploads(server, "POST", uploadsPath, { headers: as("OPTIONS") })).headers["tus-version"], "1.0.0");
  assert.equal(codeOf(await callUploads(server, "POST", uploadsPath, { headers: as("PUT") })), "400 tus.methodUnsupported");
  assert.equal((await callUploads(server, "POST", path, { headers: as("delete") })).statusCode, 204);
  assert.equal((await callUploads(server, "HEAD", path)).statusCode, 404);
});

test("another version of the protocol is refused before anything is done", async () => {
  await using server = await serverWithBucket();
  const path = await begin(server, bytes.length);
  for (const version of ["0.2.2", "1.0.1", "2.0.0", "1.0", "", "1.0.0, 1.0.0"]) {
    const answer = await send(server, path, 0, { headers: { "tus-resumable": version }, body: bytes });
    assert.equal(codeOf(answer), "412 tus.versionUnsupported");
    assert.equal(answer.headers["tus-version"], "1.0.0");
    assert.equal(answer.headers["tus-resumable"], "1.0.0");
  }
  assert.equal(await offsetOf(server, path), 0);
});

test("uploads of other projects do not exist, and whoever may not write to the target may do nothing", async () => {
  await using server = await serverWithBucket();
  const path = await begin(server, bytes.length);
  for (const method of ["HEAD", "DELETE"] as const) {
    assert.equal((await callUploads(server, method, path, { caller: alt })).statusCode, 404);
    assert.equal((await callUploads(server, method, path, { caller: reader })).statusCode, 403);
  }
  assert.equal(codeOf(await send(server, path, 0, { body: bytes, caller: alt })), "404 tus.uploadNotFound");
  assert.equal(codeOf(await send(server, path, 0, { body: bytes, caller: reader })), "403 obs.AccessDenied");
  const headers = { "upload-length": "1", "upload-metadata": metadataOf({ bucket: "files", key: "key" }) };
  assert.equal(codeOf(await callUploads(server, "POST", uploadsPath, { headers, caller: reader })), "403 obs.AccessDenied");
  assert.equal(codeOf(await callUploads(server, "POST", uploadsPath, { headers, caller: alt })), "404 obs.NoSuchBucket");
  assert.equal(await offsetOf(server, path), 0);
});

test("an object that is written over lets its blobs go", async () => {
  await using server = await serverWithBucket();
  await server.world.addFile("demo", "files:key", Buffer.from("old"));
  const path = await begin(server, bytes.length);
  await send(server, path, 0, { body: bytes });
  assert.deepEqual(await contentOf(server), bytes);
  assert.equal((await server.world.contents()).filter((thing) => !thing.startsWith("object")).length, 1);
});

test("the last piece does not count while the object cannot be made", async () => {
  await using server = await serverWithBucket();
  const path = await begin(server, bytes.length);
  await send(server, path, 0, { body: bytes.subarray(0, 10) });
  await server.world.catalog.buckets.deleteBucket("files");
  assert.equal(codeOf(await send(server, path, 10, { body: bytes.subarray(10) })), "404 obs.NoSuchBucket");
  assert.equal(await offsetOf(server, path), 10);
  await server.world.addFile("demo", "files:");
  assert.equal((await send(server, path, 10, { body: bytes.subarray(10) })).statusCode, 204);
  assert.deepEqual(await contentOf(server), bytes);
});

test("a project has so many unfinished uploads and no more", async () => {
  await using server = await serverWithBucket({ uploads: { perProject: 2 } });
  const [first] = [await begin(server, 1), await begin(server, 1)];
  const headers = { "upload-length": "1", "upload-metadata": metadataOf({ bucket: "files", key: "key" }) };
  assert.equal(codeOf(await callUploads(server, "POST", uploadsPath, { headers })), "403 tus.tooManyUploads");
  await send(server, first, 0, { body: "x" });
  assert.equal((await callUploads(server, "POST", uploadsPath, { headers })).statusCode, 201);
});

test("pieces as small as a client likes become few parts", async () => {
  await using server = await serverWithBucket();
  const piece = Buffer.alloc(5 * 2 ** 20, "piece of a file ");
  const path = await begin(server, 9 * piece.length);
  for (let index = 0; index < 9; index += 1) {
    assert.equal((await send(server, path, index * piece.length, { body: piece })).statusCode, 204);
  }
  const object = await server.world.catalog.buckets.object("files", "key");
  assert.deepEqual(
    object?.parts.map(({ lengthBytes }) => lengthBytes / piece.length),
    [4, 4, 1],
  );
  assert.deepEqual(await contentOf(server), Buffer.concat(Array.from({ length: 9 }, () => piece)));
  assert.equal((await server.world.contents()).length, 4);
});

test("a full store is told as such; what came before counts, and the upload goes on when there is room", async (t) => {
  await using server = await serverWithBucket();
  const path = await begin(server, bytes.length);
  await send(server, path, 0, { body: bytes.subarray(0, 10) });
  const create = t.mock.method(server.world.store, "create", async () => {
    throw new StoreError("store.full", "There is no room.");
  });
  assert.equal(codeOf(await send(server, path, 10, { body: bytes.subarray(10) })), "507 tus.storeFull");
  assert.equal(await offsetOf(server, path), 10);
  create.mock.restore();
  assert.equal((await send(server, path, 10, { body: bytes.subarray(10) })).statusCode, 204);
  assert.deepEqual(await contentOf(server), bytes);
});

test("small parts that cannot be made one are taken as they are", async (t) => {
  await using server = await serverWithBucket();
  const piece = Buffer.alloc(9 * 2 ** 20, "piece ");
  const path = await begin(server, 3 * piece.length);
  await send(server, path, 0, { body: piece });
  await send(server, path, piece.length, { body: piece });
  const { store } = server.world;
  const open = t.mock.method(store, "open", async () => {
    throw new StoreError("store.damaged", "It cannot be read.");
  });
  assert.equal((await send(server, path, 2 * piece.length, { body: piece })).statusCode, 204);
  open.mock.restore();
  assert.equal((await server.world.catalog.buckets.object("files", "key"))?.parts.length, 3);
  assert.equal(server.world.errors.length, 1);
  assert.deepEqual(await contentOf(server), Buffer.concat([piece, piece, piece]));
  assert.equal((await server.world.contents()).length, 4);
});
