import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { dataRecordHead, referenceRecord, zerosRecord } from "@tintype/contract/tus/chunk-records.ts";
import { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import type { TransferWorldOptions } from "@tintype/server/testing/transfer-world.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { seededBytes } from "../system/seeded-bytes.ts";
import { ImsServer, administrator, alt, demo, reader } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";
import { begin, callUploads, codeOf, contentOf, metadataOf, offsetOf, send, uploadsPath } from "./upload-calls.ts";

const chunk = 4096;
const chunkStream = { "content-type": "application/vnd.tintype.chunks" };
/** Three chunks, zeros, and a short one. */
const file = Buffer.concat([seededBytes(1, 3 * chunk), Buffer.alloc(2 * chunk), seededBytes(2, 100)]);
const unknown = "0".repeat(64);

/** A server with small chunks, whose project has the bucket `files`. */
async function openServer(options: TransferWorldOptions = {}): Promise<ImsServer> {
  const world = await TransferWorld.open({ chunkSizeBytes: chunk, ...options });
  await world.addFile("demo", "files:there");
  return await ImsServer.on(world);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const digestAt = (index: number): string => sha256(file.subarray(index * chunk, (index + 1) * chunk));
const digests = [0, 1, 2, 3, 4, 5].map(digestAt);

const data = (bytes: Uint8Array): Uint8Array => Buffer.concat([dataRecordHead(bytes.length), bytes]);
const reference = (digest: string): Uint8Array => referenceRecord(Buffer.from(digest, "hex"));

async function ask(
  server: ImsServer,
  path: string,
  body: object = { offset: 0, digests },
  caller: Caller = demo,
): Promise<LightMyRequestResponse> {
  return await server.call("POST", `${path}/wanted`, body, caller);
}

async function wantedOf(server: ImsServer, path: string, body?: object): Promise<readonly number[]> {
  const answer = await ask(server, path, body);
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.json<{ chunkSizeBytes: number }>().chunkSizeBytes, chunk);
  return answer.json<{ wanted: number[] }>().wanted;
}

async function push(server: ImsServer, path: string, offset: number, records: readonly Uint8Array[]): Promise<LightMyRequestResponse> {
  return await send(server, path, offset, { body: Buffer.concat(records), headers: chunkStream });
}

async function createImage(server: ImsServer): Promise<string> {
  const created = await server.call("POST", "/image/v2/images", { name: "pushed", disk_format: "raw", container_format: "bare" });
  assert.equal(created.statusCode, 201, created.body);
  return created.json<{ id: string }>().id;
}

test("the length of chunks is told where an upload is described, begun and shown", async () => {
  await using server = await openServer();
  const created = await callUploads(server, "POST", uploadsPath, {
    headers: { "upload-length": "10", "upload-metadata": metadataOf({ bucket: "files", key: "key" }) },
  });
  const path = new URL(String(created.headers["location"])).pathname;
  for (const answer of [created, await callUploads(server, "OPTIONS", uploadsPath), await callUploads(server, "HEAD", path)]) {
    assert.equal(String(answer.headers["upload-chunk-size"]), String(chunk));
  }
});

test("chunks that an image of the project holds are not wanted, and an object is made of them by their digests alone", async () => {
  await using server = await openServer();
  await server.world.addImage("demo", file);
  const path = await begin(server, file.length);
  // Zeros are stored nowhere, so they are not found either.
  assert.deepEqual(await wantedOf(server, path), [3, 4]);
  const answer = await push(server, path, 0, [
    ...[0, 1, 2].map((index) => reference(digestAt(index))),
    zerosRecord(2 * chunk),
    reference(digestAt(5)),
  ]);
  assert.equal(answer.statusCode, 204, answer.body);
  assert.equal(answer.headers["upload-offset"], String(file.length));
  assert.ok(file.equals((await contentOf(server)) ?? Buffer.alloc(0)));
});

test("chunks of an object of the project are not wanted, and an image is filled with what is here and what is sent", async () => {
  await using server = await openServer();
  await server.world.addFile("demo", "files:base", file.subarray(0, 2 * chunk));
  const imageId = await createImage(server);
  const path = await begin(server, file.length, { "upload-metadata": metadataOf({ image: imageId }) });
  assert.deepEqual(await wantedOf(server, path), [2, 3, 4, 5]);
  const records = [
    reference(digestAt(0)),
    reference(digestAt(1)),
    data(file.subarray(2 * chunk, 3 * chunk)),
    zerosRecord(2 * chunk),
    data(file.subarray(5 * chunk)),
  ];
  const answer = await push(server, path, 0, records);
  assert.equal(answer.statusCode, 204, answer.body);
  const image = (await server.call("GET", `/image/v2/images/${imageId}`)).json<Record<string, unknown>>();
  assert.equal(image["status"], "active");
  assert.equal(image["os_hash_value"], createHash("sha512").update(file).digest("hex"));
  assert.ok(file.equals((await server.call("GET", `/image/v2/images/${imageId}/file`)).rawPayload));
});

test("a store that seals with a key of its own has its chunks found too", async () => {
  const storeKey = { id: "1".repeat(32), secret: seededBytes(3, 32), wrapped: new Uint8Array() };
  await using server = await openServer({ storeKey });
  await server.world.addImage("demo", file);
  const path = await begin(server, file.length);
  assert.deepEqual(await wantedOf(server, path), [3, 4]);
  const records = [0, 1, 2].map((index) => reference(digestAt(index)));
  const answer = await push(server, path, 0, [...records, data(file.subarray(3 * chunk))]);
  assert.equal(answer.statusCode, 204, answer.body);
  assert.ok(file.equals((await contentOf(server)) ?? Buffer.alloc(0)));
});

test("of several stores, all are asked", async () => {
  await using server = await openServer({ moreStores: ["archive"] });
  const image = await server.world.addImage("demo", file);
  const blobId = image.disks[0]?.blobId ?? ("" as never);
  await server.world.stores.replicate(blobId, "archive", { signal: new AbortController().signal, onProgress() {} });
  await server.world.mainStore.remove(blobId);
  const path = await begin(server, file.length);
  assert.deepEqual(await wantedOf(server, path), [3, 4]);
  assert.equal((await push(server, path, 0, [reference(digestAt(0)), data(file.subarray(chunk))])).statusCode, 204);
  assert.ok(file.equals((await contentOf(server)) ?? Buffer.alloc(0)));
});

test("a chunk is wanted that only others have, whatever they do with it: another project, a public image, a shared one", async () => {
  await using server = await openServer();
  const visibilities: readonly ImageRecord["visibility"][] = ["private", "public", "community", "shared"];
  for (const visibility of visibilities) {
    await server.world.addImage("alt", file, { visibility });
  }
  await server.world.addFile("alt", "other:base", file);
  const path = await begin(server, file.length);
  assert.deepEqual(await wantedOf(server, path), [0, 1, 2, 3, 4, 5]);
  const answer = await push(server, path, 0, [reference(digestAt(0))]);
  assert.equal(codeOf(answer), "409 tus.chunkForgotten");
  assert.equal(await offsetOf(server, path), 0);
});

test("a chunk is wanted that only an encrypted image holds, or one that is put out of use", async () => {
  await using server = await openServer();
  const master = await server.world.keys.createKey(
    { projectId: "demo" as never, enterpriseProjectId: "0", alias: "k", description: "", isDefault: false },
    { mostInProject: 10 },
  );
  await server.world.addImage("demo", file, { encryption: { keyId: master.id } });
  await server.world.addImage("demo", file, { status: "deactivated" });
  assert.deepEqual(await wantedOf(server, await begin(server, file.length)), [0, 1, 2, 3, 4, 5]);
});

test("an own image counts though it is public, and an administrator is asked about the own project alone", async () => {
  await using server = await openServer();
  await server.world.addImage("demo", file, { visibility: "public" });
  assert.deepEqual(await wantedOf(server, await begin(server, file.length)), [3, 4]);
  await server.world.addFile("admin", "admins:there");
  const created = await callUploads(server, "POST", uploadsPath, {
    headers: { "upload-length": String(file.length), "upload-metadata": metadataOf({ bucket: "admins", key: "key" }) },
    caller: administrator,
  });
  assert.equal(created.statusCode, 201, created.body);
  const answer = await ask(server, new URL(String(created.headers["location"])).pathname, { offset: 0, digests }, administrator);
  assert.deepEqual(answer.json<{ wanted: number[] }>().wanted, [0, 1, 2, 3, 4, 5]);
});

test("a reference to what was deleted meanwhile is refused, what came before counts, and asking again tells the truth", async () => {
  await using server = await openServer();
  const image = await server.world.addImage("demo", file);
  const path = await begin(server, file.length);
  assert.deepEqual(await wantedOf(server, path), [3, 4]);
  await server.world.catalog.images.remove(image.id, ["active"]);
  await server.world.store.remove(image.disks[0]?.blobId ?? ("" as never));
  const refused = await push(server, path, 0, [data(file.subarray(0, 10)), data(file.subarray(10, chunk)), reference(digestAt(1))]);
  assert.equal(codeOf(refused), "409 tus.chunkForgotten");
  assert.equal(await offsetOf(server, path), chunk);
  assert.deepEqual(await wantedOf(server, path, { offset: chunk, digests: digests.slice(1) }), [0, 1, 2, 3, 4]);
  assert.equal((await push(server, path, chunk, [data(file.subarray(chunk))])).statusCode, 204);
  assert.ok(file.equals((await contentOf(server)) ?? Buffer.alloc(0)));
});

test("a reference that was never given out for this upload is refused, though another upload knows it", async () => {
  await using server = await openServer();
  await server.world.addImage("demo", file);
  const [one, other] = [await begin(server, file.length), await begin(server, file.length)];
  await wantedOf(server, one);
  assert.equal(codeOf(await push(server, other, 0, [reference(digestAt(0))])), "409 tus.chunkForgotten");
});

test("a run of zeros may be as long as the file, and no longer", async () => {
  await using server = await openServer();
  const length = 100 * 1024 * 1024 + 1;
  const path = await begin(server, length);
  const over = await push(server, path, 0, [zerosRecord(length + 1)]);
  assert.equal(codeOf(over), "413 tus.tooLarge");
  const offset = await offsetOf(server, path);
  assert.ok(offset < length && offset % (16 * 1024 * 1024) === 0, `${offset}`);
  assert.equal((await push(server, path, offset, [zerosRecord(length - offset)])).statusCode, 204);
  const object = await server.world.catalog.buckets.object("files", "key");
  assert.equal(object?.lengthBytes, length);
  assert.equal((await server.world.mainStore.stats()).chunks, 0);
});

test("records that are broken are refused where they break, and what came before counts", async () => {
  await using server = await openServer();
  const path = await begin(server, file.length);
  const broken = await push(server, path, 0, [data(file.subarray(0, chunk)), Uint8Array.of(7)]);
  assert.equal(codeOf(broken), "400 tus.recordsBroken");
  assert.equal(await offsetOf(server, path), chunk);
  const cut = await push(server, path, chunk, [data(file.subarray(chunk, 2 * chunk)).subarray(0, 100)]);
  assert.equal(codeOf(cut), "400 tus.recordsBroken");
  assert.equal(await offsetOf(server, path), chunk + 95);
  assert.equal((await push(server, path, chunk + 95, [data(file.subarray(chunk + 95))])).statusCode, 204);
  assert.ok(file.equals((await contentOf(server)) ?? Buffer.alloc(0)));
});

test("what is referred to in front of a broken record counts", async () => {
  await using server = await openServer();
  await server.world.addImage("demo", file);
  const path = await begin(server, file.length);
  await wantedOf(server, path);
  const broken = await push(server, path, 0, [...[0, 1, 2].map((index) => reference(digestAt(index))), Uint8Array.of(7)]);
  assert.equal(codeOf(broken), "400 tus.recordsBroken");
  assert.equal(await offsetOf(server, path), 3 * chunk);
  assert.equal((await push(server, path, 3 * chunk, [zerosRecord(2 * chunk), reference(digestAt(5))])).statusCode, 204);
  assert.ok(file.equals((await contentOf(server)) ?? Buffer.alloc(0)));
});

test("records have no checksum, and do not come with the creation", async () => {
  await using server = await openServer();
  const path = await begin(server, file.length);
  const checksum = { "upload-checksum": `sha256 ${createHash("sha256").update("x").digest("base64")}` };
  const promised = await send(server, path, 0, { body: zerosRecord(1), headers: { ...chunkStream, ...checksum } });
  assert.equal(codeOf(promised), "400 tus.invalidHeader");
  const metadata = { "upload-length": "9", "upload-metadata": metadataOf({ bucket: "files", key: "other" }) };
  const created = await callUploads(server, "POST", uploadsPath, { headers: { ...metadata, ...chunkStream }, body: zerosRecord(9) });
  assert.equal(codeOf(created), "415 tus.contentTypeUnsupported");
});

test("what is asked has the shape that it must have", async () => {
  await using server = await openServer();
  const path = await begin(server, file.length);
  const codes: string[] = [];
  for (const body of [
    {},
    { offset: 0, digests: [] },
    { offset: 0, digests: ["A".repeat(64)] },
    { offset: 0, digests: ["a".repeat(63)] },
    { offset: -1, digests: [unknown] },
    { offset: 0.5, digests: [unknown] },
    { offset: 0, digests: unknown },
    { offset: 0, digests: [unknown], more: 1 },
    { offset: 0, digests: Array.from({ length: 8193 }, () => unknown) },
    { offset: 1, digests: [unknown] },
    { offset: 6 * chunk, digests: [unknown] },
    { offset: 0, digests: Array.from({ length: 7 }, () => unknown) },
  ]) {
    codes.push(codeOf(await ask(server, path, body)));
  }
  assert.deepEqual(codes, [...Array.from({ length: 9 }, () => codes[0]), ...Array.from({ length: 3 }, () => "400 tus.chunksMisplaced")]);
  assert.match(codes[0] ?? "", /^400 /);
  const most = await begin(server, 8192 * chunk);
  assert.equal((await wantedOf(server, most, { offset: 0, digests: Array.from({ length: 8192 }, () => unknown) })).length, 8192);
});

test("an upload of another project does not exist for who asks, and who may not upload is refused", async () => {
  await using server = await openServer();
  const path = await begin(server, file.length);
  assert.equal(codeOf(await ask(server, path, undefined, alt)), "404 tus.uploadNotFound");
  assert.equal(codeOf(await ask(server, `${uploadsPath}/${"0".repeat(32)}`)), "404 tus.uploadNotFound");
  assert.equal((await ask(server, path, undefined, reader)).statusCode, 403);
  assert.equal((await server.call("GET", uploadsPath, undefined, reader)).statusCode, 403);
});

interface Listed {
  readonly uploads: readonly {
    readonly id: string;
    readonly offsetBytes: number;
    readonly lengthBytes?: number;
    readonly metadata: Record<string, string>;
  }[];
  readonly nextCursor?: string;
}

async function list(server: ImsServer, query = "", caller: Caller = demo): Promise<Listed> {
  const answer = await server.call("GET", `${uploadsPath}${query}`, undefined, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<Listed>();
}

test("the unfinished uploads of the project are listed, newest first, a page at a time, and the complete ones when they are asked for", async () => {
  await using server = await openServer();
  const paths: string[] = [];
  for (const length of [10, 20, undefined]) {
    paths.push(await begin(server, length, { "upload-metadata": metadataOf({ bucket: "files", key: "key", fingerprint: `ü ${length}` }) }));
    server.world.clock.advance(1000);
  }
  await send(server, paths[1] ?? "", 0, { body: "0123" });
  await send(server, await begin(server, 4), 0, { body: "done" });
  const { uploads } = await list(server);
  assert.deepEqual(
    uploads.map(({ id, offsetBytes, lengthBytes, metadata }) => [
      `${uploadsPath}/${id}`,
      offsetBytes,
      lengthBytes,
      metadata["fingerprint"],
    ]),
    [
      [paths[2], 0, undefined, "ü undefined"],
      [paths[1], 4, 20, "ü 20"],
      [paths[0], 0, 10, "ü 10"],
    ],
  );
  const first = await list(server, "?limit=2");
  assert.equal(first.uploads.length, 2);
  const second = await list(server, `?limit=2&cursor=${first.nextCursor}`);
  assert.deepEqual([second.uploads.map(({ id }) => `${uploadsPath}/${id}`), second.nextCursor], [[paths[0]], undefined]);
  assert.deepEqual((await list(server, "", alt)).uploads, []);
  const complete = (await list(server, "?state=complete")).uploads;
  assert.deepEqual(
    complete.map(({ offsetBytes, lengthBytes }) => [offsetBytes, lengthBytes]),
    [[4, 4]],
  );
  assert.deepEqual((await list(server, "?state=complete", alt)).uploads, []);
  for (const query of ["?state=all", "?limit=0", "?limit=101", "?limit=x", "?cursor=eA"]) {
    assert.equal((await server.call("GET", `${uploadsPath}${query}`)).statusCode, 400, query);
  }
});
