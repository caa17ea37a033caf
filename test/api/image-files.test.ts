import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { buildQcow2 } from "@tintype/disk/qcow2/testing/build-qcow2.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import { FakeTimers } from "@tintype/jobs/testing/fake-timers.ts";
import { recoverUploads } from "@tintype/server/transfers/native/recover-uploads.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import * as fc from "fast-check";
import { FileServer, digestOf, noise, octets } from "./image-files-setup.ts";
import { administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";

const mib = 1024 * 1024;
/** A qcow2 of 4 MiB with data in two places. */
const qcow2 = buildQcow2({
  sizeBytes: 4 * mib,
  clusters: new Map([
    [3, { kind: "data", bytes: Buffer.alloc(65_536, 4) }],
    [40, { kind: "data", bytes: noise(65_536) }],
  ]),
}).file;

async function contentOf(file: Uint8Array): Promise<Buffer> {
  await using disk = await openDisk(new MemorySource(file));
  return Buffer.from(await disk.read(0, disk.virtualSizeBytes));
}

test("a file comes back bit for bit, with its length and its digests", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  const file = noise(3 * mib + 77);
  assert.equal((await files.put(id, file)).status, 204);
  const image = await files.image(id);
  assert.equal(image.status, "active");
  const digest = { algorithm: "sha512", value: digestOf("sha512", file) };
  assert.deepEqual(image.file, { lengthBytes: file.length, md5: digestOf("md5", file), digest });
  assert.equal(image.disks[0]?.format, undefined);
  const { status, headers, bytes } = await files.get(id);
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "application/octet-stream");
  assert.equal(headers["content-length"], String(file.length));
  assert.equal(headers["content-md5"], digestOf("md5", file));
  assert.ok(bytes.equals(file));
  const head = await files.get(id, {}, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers["content-length"], head.bytes.length], [200, String(file.length), 0]);
});

test("a file may come in chunks without a length, and its digests are the same", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  const { call, answer } = files.begin("PUT", `${id}/file`);
  const file = noise(300_000);
  for (let at = 0; at < file.length; at += 7001) {
    call.write(file.subarray(at, at + 7001));
  }
  call.end();
  assert.equal((await answer).status, 204);
  assert.equal((await files.image(id)).file?.md5, digestOf("md5", file));
});

test("an image that is uploaded as qcow2 is exported by IMS as vmdk, copied, and read by ranges, with the content of its disk", async () => {
  await using files = await FileServer.open();
  const { server } = files;
  const id = await files.declare("qcow2", { minDiskGiB: 1 });
  assert.equal((await files.put(id, qcow2)).status, 204);
  const content = await contentOf(qcow2);
  const image = await files.image(id);
  assert.equal(image.disks[0]?.format, "qcow2");
  assert.equal(image.disks[0].virtualSizeBytes, content.length);

  await server.world.addFile("demo", "files:");
  for (const [name, body] of [
    ["vmdk", { bucket_url: "files:out.vmdk", file_format: "vmdk" }],
    ["zvhd2", { bucket_url: "files:out.zvhd2", is_quick_export: true }],
  ] as const) {
    const started = await server.call("POST", `/v1/cloudimages/${id}/file`, body);
    assert.equal(started.statusCode, 200, started.body);
    const job = await server.jobs.wait(started.json<{ job_id: string }>().job_id);
    assert.equal(job.status, "succeeded", JSON.stringify(job.error));
    const written = await server.world.readFile(body.bucket_url);
    assert.ok(written);
    await using disk = await openDisk(new MemorySource(written), { declaredFormat: name });
    assert.ok(content.equals(await disk.read(0, disk.virtualSizeBytes)));
  }

  const part = await server.app.inject({
    url: `/api/v1/images/${id}/content`,
    headers: { "x-caller": JSON.stringify(demo), range: `bytes=${3 * 65_536 - 5}-${3 * 65_536 + 9}` },
  });
  assert.equal(part.statusCode, 206);
  assert.ok(part.rawPayload.equals(content.subarray(3 * 65_536 - 5, 3 * 65_536 + 10)));
  const { extents } = (await server.call("GET", `/api/v1/images/${id}/extents`)).json<{ extents: { offset: number; kind: string }[] }>();
  assert.deepEqual(
    extents.map(({ offset, kind }) => [offset / 65_536, kind]),
    [
      [0, "zero"],
      [3, "data"],
      [4, "zero"],
      [40, "data"],
      [41, "zero"],
    ],
  );
});

for (const encrypted of [false, true]) {
  test(`a copy of a file${encrypted ? " that is encrypted on the way" : ""} is that file again`, async () => {
    await using files = await FileServer.open();
    const { server } = files;
    const id = await files.declare("qcow2", { minDiskGiB: 1 });
    const odd = Buffer.concat([qcow2, Buffer.alloc(77, 1)]);
    assert.equal((await files.put(id, odd)).status, 204);
    const keys = encrypted ? { __system__encrypted: "1" } : {};
    const started = await server.call("POST", `/v1/cloudimages/${id}/copy`, { name: "copy", ...keys });
    assert.equal(started.statusCode, 200, started.body);
    const job = await server.jobs.wait(started.json<{ job_id: string }>().job_id);
    assert.equal(job.status, "succeeded", JSON.stringify(job.error));
    const [copy] = (await server.world.catalog.images.list({ name: "copy" }, { limit: 2 })) ?? [];
    const original = await files.image(id);
    assert.deepEqual(copy?.file, original.file);
    assert.equal(copy?.diskFormat, "qcow2");
    assert.equal(copy.disks[0]?.format, "qcow2");
    assert.equal(copy.encryption !== undefined, encrypted);
    const { bytes, headers } = await files.get(copy.id);
    assert.ok(bytes.equals(odd));
    assert.equal(headers["content-md5"], digestOf("md5", odd));
  });
}

test("an image that IMS made is given as a ZVHD2 file of an exact length, whole or in ranges", async () => {
  await using files = await FileServer.open();
  const content = sampleDisk(5);
  const image = await files.server.world.addImage("demo", content);
  const whole = await files.get(image.id);
  assert.equal(whole.status, 200);
  assert.equal(Number(whole.headers["content-length"]), whole.bytes.length);
  assert.equal(whole.headers["content-md5"], undefined);
  await using disk = await openDisk(new MemorySource(whole.bytes), { declaredFormat: "zvhd2" });
  assert.ok(content.equals(await disk.read(0, disk.virtualSizeBytes)));
  const part = await files.get(image.id, { range: "bytes=5000-2200000" });
  assert.equal(part.status, 206);
  assert.ok(part.bytes.equals(whole.bytes.subarray(5000, 2_200_001)));
});

test("every range is what the file has there", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  const file = noise(1_200_000);
  await files.put(id, file);
  const place = fc.integer({ min: 0, max: file.length - 1 });
  await fc.assert(
    fc.asyncProperty(place, place, async (one, other) => {
      const [first, last] = [Math.min(one, other), Math.max(one, other)];
      const { status, headers, bytes } = await files.get(id, { range: `bytes=${first}-${last}` });
      assert.equal(status, 206);
      assert.equal(headers["content-range"], `bytes ${first}-${last}/${file.length}`);
      assert.ok(bytes.equals(file.subarray(first, last + 1)));
    }),
    { numRuns: 25 },
  );
});

const ranges: readonly (readonly [asked: Readonly<Record<string, string>>, status: number, contentRange: string | undefined])[] = [
  [{ range: "bytes=0-0" }, 206, "bytes 0-0/1000"],
  [{ range: "bytes=999-" }, 206, "bytes 999-999/1000"],
  [{ range: "bytes=-1" }, 206, "bytes 999-999/1000"],
  [{ range: "bytes=-5000" }, 206, "bytes 0-999/1000"],
  [{ range: "bytes=10-5000" }, 206, "bytes 10-999/1000"],
  [{ range: "bytes=1000-" }, 416, "bytes */1000"],
  [{ range: "bytes=-0" }, 416, "bytes */1000"],
  [{ range: "bytes=7-3" }, 416, "bytes */1000"],
  [{ range: "lines=1-2" }, 416, "bytes */1000"],
  [{ range: "bytes=a-b" }, 416, "bytes */1000"],
  [{ range: "bytes=0-1,5-6" }, 400, undefined],
  [{}, 200, undefined],
  [{ "content-range": "bytes 3-5/*" }, 206, "bytes 3-5/1000"],
  [{ "content-range": "bytes 3-5/1000" }, 206, "bytes 3-5/1000"],
  [{ "content-range": "bytes 3-5/*", range: "bytes=1-1" }, 206, "bytes 1-1/1000"],
];

test("ranges that are odd are answered as clients of Glance know it", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  const file = noise(1000);
  await files.put(id, file);
  for (const [headers, status, contentRange] of ranges) {
    const answer = await files.get(id, headers);
    const asked = JSON.stringify(headers);
    assert.equal(answer.status, status, asked);
    assert.equal(answer.headers["content-range"], contentRange, asked);
  }
});

test("an empty file is one: the image is active, and nothing comes back", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("qcow2", { minDiskGiB: 1 });
  assert.equal((await files.put(id, Buffer.alloc(0))).status, 204);
  assert.deepEqual((await files.image(id)).file?.lengthBytes, 0);
  const { status, headers, bytes } = await files.get(id);
  assert.deepEqual([status, headers["content-length"], bytes.length], [200, "0", 0]);
  assert.equal((await files.get(id, { range: "bytes=0-" })).status, 416);
  assert.equal((await files.server.call("GET", `/api/v1/images/${id}/content`)).statusCode, 200);
  assert.deepEqual((await files.server.call("GET", `/api/v1/images/${id}/extents`)).json(), { sizeBytes: 0, extents: [] });
  await files.server.world.addFile("demo", "files:");
  const refused = await files.server.call("POST", `/v1/cloudimages/${id}/file`, { bucket_url: "files:x", file_format: "qcow2" });
  assert.equal(refusalOf(refused), "400 IMG.0071");
});

test("a queued image has no file yet, another project's is not there, and a reader can neither upload nor download", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  assert.equal((await files.get(id)).status, 204);
  assert.equal((await files.get(id, {}, { caller: alt })).status, 404);
  assert.equal((await files.get(id, {}, { caller: reader })).status, 403);
  const { call, answer } = files.begin("PUT", `${id}/file`, octets, alt);
  call.end("x");
  assert.equal((await answer).status, 404);
  const read = files.begin("PUT", `${id}/file`, octets, reader);
  read.call.end("x");
  assert.equal((await read.answer).status, 403);
  const shown = await files.declare("raw", { visibility: "public" });
  const other = files.begin("PUT", `${shown}/file`, octets, alt);
  other.call.end("x");
  assert.equal((await other.answer).status, 403);
});

test("a deactivated image is given to administrators only", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  await files.put(id, noise(100));
  await files.server.world.catalog.images.changeStatus(id, ["active"], "deactivated", { updatedAt: 1 });
  assert.equal((await files.get(id)).status, 403);
  assert.equal((await files.get(id, {}, { caller: administrator })).status, 200);
});

test("what is sent must be octets, for an image that is queued and has its formats", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  for (const type of ["application/json", "application/octet-streams", ""]) {
    assert.equal((await files.put(id, noise(10), type === "" ? {} : { "content-type": type })).status, 415, type);
  }
  for (const fields of [{ diskFormat: "" }, { containerFormat: "" }]) {
    const bare = await files.declare("raw", fields);
    assert.equal((await files.put(bare, noise(10))).status, 400);
    assert.equal((await files.image(bare)).status, "queued");
  }
  assert.equal((await files.put(id, noise(10))).status, 204);
  assert.equal((await files.put(id, noise(10))).status, 409);
  assert.equal((await files.put(id, noise(10), octets, "stage")).status, 409);
});

test("the announced size must be the real one", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  const before = await files.server.world.contents();
  for (const size of ["11", "-1", "ten", "9".repeat(30)]) {
    assert.equal((await files.put(id, noise(10), { ...octets, "x-openstack-image-size": size })).status, 400, size);
  }
  for (const sent of [9, 11]) {
    const { call, answer } = files.begin("PUT", `${id}/file`, {
      ...octets,
      "x-openstack-image-size": "10",
      "transfer-encoding": "chunked",
    });
    call.end(noise(sent));
    assert.equal((await answer).status, 400);
  }
  assert.deepEqual(await files.server.world.contents(), before);
  assert.equal((await files.put(id, noise(10), { ...octets, "x-openstack-image-size": "10" })).status, 204);
});

test("a file over the cap is refused, whether it says so or not, and nothing of it stays", async () => {
  // A cap of 2^-10 GiB, so that the test needs no GiB.
  await using files = await FileServer.open({ limits: { uploads: { maxGiB: 1 / 1024 } } });
  const id = await files.declare("raw");
  const before = await files.server.world.contents();
  const announced = files.begin("PUT", `${id}/file`, { ...octets, "content-length": String(mib + 1) });
  announced.call.flushHeaders();
  assert.equal((await announced.answer).status, 413);
  announced.call.destroy();
  const { call, answer } = files.begin("PUT", `${id}/file`);
  call.end(noise(mib + 1));
  assert.equal((await answer).status, 413);
  assert.deepEqual(await files.server.world.contents(), before);
  assert.equal((await files.put(id, noise(mib))).status, 204);
});

for (const interfacePath of ["/image/v2/images", "/v2/images"]) {
  test(`a sender that reads no answer before all is sent is not kept waiting when its file is refused in the middle (${interfacePath})`, async () => {
    await using files = await FileServer.open({ limits: { uploads: { maxGiB: 1 / 1024 }, imports: { maxUploadMiB: 1 } } });
    const id = await files.declare("raw");
    await using opened = new AsyncDisposableStack();
    const socket = connect(files.port, "127.0.0.1");
    opened.defer(() => void socket.destroy());
    const head = [
      `PUT ${interfacePath}/${id}/file HTTP/1.1`,
      "Host: here",
      `X-Caller: ${JSON.stringify(demo)}`,
      "Content-Type: application/octet-stream",
      "Transfer-Encoding: chunked",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n`);
    // More than the buffers between the two hold, and less than is read of what nobody wants.
    for (let sent = 0; sent < 8; sent += 1) {
      const isTaken = socket.write(Buffer.concat([Buffer.from(`${mib.toString(16)}\r\n`), noise(mib), Buffer.from("\r\n")]));
      await (isTaken || once(socket, "drain"));
    }
    socket.write("0\r\n\r\n");
    const [answer] = (await once(socket, "data")) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 4\d\d /);
    await files.reached(id, "queued");
  });
}

test("an upload that breaks off leaves the image waiting, and nothing behind", async () => {
  await using files = await FileServer.open();
  for (const what of ["file", "stage"] as const) {
    const id = await files.declare("raw");
    const before = await files.server.world.contents();
    const { call } = files.begin("PUT", `${id}/${what}`);
    call.write(noise(2 * mib));
    await files.reached(id, what === "file" ? "saving" : "uploading");
    call.destroy();
    await files.reached(id, "queued");
    assert.deepEqual(await files.server.world.contents(), before);
    assert.equal((await files.put(id, noise(10))).status, 204);
  }
});

test("a sender that goes silent without going away is given up, and the image waits again with nothing kept", async () => {
  const bodyTimers = new FakeTimers();
  await using files = await FileServer.open({ bodyTimers });
  for (const what of ["file", "stage"] as const) {
    const id = await files.declare("raw");
    const before = await files.server.world.contents();
    const { call, answer } = files.begin("PUT", `${id}/${what}`);
    call.write(noise(2 * mib));
    await files.reached(id, what === "file" ? "saving" : "uploading");
    while ((await files.image(id)).status !== "queued") {
      await bodyTimers.advance(75_000);
    }
    await assert.rejects(answer, { code: "ECONNRESET" });
    assert.deepEqual(await files.server.world.contents(), before);
    assert.equal((await files.put(id, noise(10))).status, 204);
  }
  assert.deepEqual(bodyTimers.pending, []);
});

test("the algorithm of the digest is a setting, and a digest that was signed is held against the file", async () => {
  await using files = await FileServer.open({ digest: "sha256" });
  const id = await files.declare("raw");
  const file = noise(100_000);
  const before = await files.server.world.contents();
  assert.equal((await files.put(id, file, { ...octets, "x-sdk-content-sha256": "0".repeat(64) })).status, 401);
  assert.equal((await files.image(id)).status, "queued");
  assert.deepEqual(await files.server.world.contents(), before);
  assert.equal((await files.put(id, file, { ...octets, "x-sdk-content-sha256": digestOf("sha256", file) })).status, 204);
  assert.deepEqual((await files.image(id)).file?.digest, { algorithm: "sha256", value: digestOf("sha256", file) });
});

test("of several uploads to one image at once exactly one wins", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  const contents = Array.from({ length: 6 }, () => noise(200_000));
  const answers = await Promise.all(contents.map((file) => files.put(id, file)));
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((one, other) => one - other),
    [204, 409, 409, 409, 409, 409],
  );
  const winner = contents[answers.findIndex(({ status }) => status === 204)];
  assert.ok(winner);
  assert.ok((await files.get(id)).bytes.equals(winner));
});

test("CVE-2014-9623, CVE-2015-5286, CVE-2014-9684, CVE-2015-1881: an image that is deleted while its file comes answers 410, and nothing of the file stays", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  const { call, answer } = files.begin("PUT", `${id}/file`);
  call.write(noise(mib));
  await files.reached(id, "saving");
  await files.server.world.catalog.images.remove(id, ["saving"]);
  call.end(noise(10));
  assert.equal((await answer).status, 410);
  assert.deepEqual(await files.server.world.contents(), []);
});

test("a staged file waits, unseen, for its import, and what the import needs is known", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("qcow2");
  const file = noise(100_000);
  assert.equal((await files.put(id, file, octets, "stage")).status, 204);
  const image = await files.image(id);
  assert.equal(image.status, "uploading");
  assert.equal(image.file?.digest.value, digestOf("sha512", file));
  assert.ok(image.disks[0]);
  assert.ok(file.equals(await files.server.world.readBlob(image.disks[0].blobId)));
  assert.equal((await files.get(id)).status, 204);
  assert.equal((await files.put(id, file, octets, "stage")).status, 409);
  assert.equal((await files.put(id, file)).status, 409);
  await recoverUploads(files.server.world);
  assert.equal((await files.image(id)).status, "uploading", "a file that is there survives a restart");
});

test("after a stop in the middle an image waits again", async () => {
  await using files = await FileServer.open();
  const [saving, uploading] = [await files.declare("raw", { status: "saving" }), await files.declare("raw", { status: "uploading" })];
  assert.equal(await recoverUploads(files.server.world), 2);
  assert.deepEqual([(await files.image(saving)).status, (await files.image(uploading)).status], ["queued", "queued"]);
});
