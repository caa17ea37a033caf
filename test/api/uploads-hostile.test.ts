import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { HTTPMethods } from "fastify";
import { ImsServer } from "./ims-server.ts";
import { begin, callUploads, codeOf, metadataOf, offsetOf, offsetStream, send, uploadsPath } from "./upload-calls.ts";

let server: ImsServer;
let path: string;
before(async () => {
  server = await ImsServer.open();
  await server.world.addFile("demo", "files:");
  path = await begin(server, 100);
});
after(() => server[Symbol.asyncDispose]());

const target = metadataOf({ bucket: "files", key: "key" });
const good = { "upload-length": "5", "upload-metadata": target };
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString("base64");
const invalid = "400 tus.invalidHeader";
const unclear = "400 tus.targetUnclear";

/** Headers of a creation, and the refusal. */
const creations: readonly [headers: Record<string, string>, refusal: string][] = [
  [{ "upload-metadata": target }, invalid],
  [{ ...good, "upload-length": "" }, invalid],
  [{ ...good, "upload-length": "-1" }, invalid],
  [{ ...good, "upload-length": "+5" }, invalid],
  [{ ...good, "upload-length": "5.0" }, invalid],
  [{ ...good, "upload-length": "5e3" }, invalid],
  [{ ...good, "upload-length": "0x10" }, invalid],
  [{ ...good, "upload-length": " 5 5" }, invalid],
  [{ ...good, "upload-length": "5, 6" }, invalid],
  [{ ...good, "upload-length": "NaN" }, invalid],
  [{ ...good, "upload-length": "9007199254740993" }, invalid],
  [{ ...good, "upload-length": "99999999999999999999" }, invalid],
  [{ ...good, "upload-length": "5497558138881" }, "413 tus.tooLarge"],
  [{ ...good, "upload-defer-length": "1" }, invalid],
  [{ "upload-metadata": target, "upload-defer-length": "0" }, invalid],
  [{ "upload-metadata": target, "upload-defer-length": "true" }, invalid],
  [{ "upload-length": "5" }, unclear],
  [{ "upload-length": "5", "upload-metadata": "" }, unclear],
  [{ "upload-length": "5", "upload-metadata": "bucket" }, unclear],
  [{ "upload-length": "5", "upload-metadata": metadataOf({ bucket: "files" }) }, unclear],
  [{ "upload-length": "5", "upload-metadata": metadataOf({ key: "key" }) }, unclear],
  [{ "upload-length": "5", "upload-metadata": metadataOf({ bucket: "files", key: "k", image: "i" }) }, unclear],
  [{ "upload-length": "5", "upload-metadata": metadataOf({ key: "k", image: "i" }) }, unclear],
  [{ "upload-length": "5", "upload-metadata": metadataOf({ image: "" }) }, unclear],
  [{ "upload-length": "5", "upload-metadata": `${target},bucket ${base64("other")}` }, invalid],
  [{ "upload-length": "5", "upload-metadata": `${target},,` }, invalid],
  [{ "upload-length": "5", "upload-metadata": `${target},a b c` }, invalid],
  [{ "upload-length": "5", "upload-metadata": `${target},a !!!!` }, invalid],
  [{ "upload-length": "5", "upload-metadata": `${target},a YQ` }, invalid],
  [{ "upload-length": "5", "upload-metadata": `${target},a ${base64(Buffer.from([0xff, 0xfe]))}` }, invalid],
  [{ "upload-length": "5", "upload-metadata": `${target},ü YQ==` }, invalid],
  [{ "upload-length": "5", "upload-metadata": `${target},a ${base64("x".repeat(8000))}` }, invalid],
  [{ "upload-length": "5", "upload-metadata": metadataOf({ bucket: "../files", key: "key" }) }, "404 obs.NoSuchBucket"],
  [{ "upload-length": "5", "upload-metadata": metadataOf({ bucket: "files", key: "a\0b" }) }, "400 obs.InvalidArgument"],
  [{ "upload-length": "5", "upload-metadata": metadataOf({ bucket: "files", key: "k".repeat(1025) }) }, "400 obs.KeyTooLongError"],
  [{ "upload-length": "5", "upload-metadata": metadataOf({ image: "' or 1=1 --" }) }, "404 IMG.0027"],
  [{ ...good, "upload-concat": "partial" }, invalid],
  [{ ...good, "upload-concat": "final;/api/v1/uploads/a" }, invalid],
  [{ ...good, "x-http-method-override": "TRACE" }, "400 tus.methodUnsupported"],
  [{ ...good, "x-http-method-override": "constructor" }, "400 tus.methodUnsupported"],
];

for (const [headers, refusal] of creations) {
  test(`a creation with ${JSON.stringify(headers).slice(0, 150)} is ${refusal}`, async () => {
    const before = await server.world.catalog.uploads.countUnfinished("demo" as never);
    const answer = await callUploads(server, "POST", uploadsPath, { headers });
    assert.equal(codeOf(answer), refusal);
    assert.equal(answer.headers["tus-resumable"], "1.0.0");
    assert.doesNotMatch(answer.body, /\{\w+\}|undefined/);
    assert.equal(await server.world.catalog.uploads.countUnfinished("demo" as never), before);
  });
}

/** Headers of a request that sends 5 bytes to an upload of 100 that stands at 0, and the refusal. */
const pieces: readonly [headers: Record<string, string>, refusal: string][] = [
  [{ "upload-offset": "" }, invalid],
  [{ "upload-offset": "-0" }, invalid],
  [{ "upload-offset": "0.0" }, invalid],
  [{ "upload-offset": "0, 0" }, invalid],
  [{ "upload-offset": "1" }, "409 tus.offsetMismatch"],
  [{ "upload-offset": "9007199254740991" }, "409 tus.offsetMismatch"],
  [{ "content-type": "application/octet-stream" }, "415 tus.contentTypeUnsupported"],
  [{ "content-type": "application/offset+octet-stream; charset=utf-8" }, "415 tus.contentTypeUnsupported"],
  [{ "content-type": "application/json" }, "415 tus.contentTypeUnsupported"],
  [{ "content-type": "multipart/form-data; boundary=x" }, "415 tus.contentTypeUnsupported"],
  [{ "upload-length": "99" }, invalid],
  [{ "upload-length": "x" }, invalid],
  [{ "upload-checksum": "" }, "400 tus.checksumUnsupported"],
  [{ "upload-checksum": "sha1" }, invalid],
  [{ "upload-checksum": "sha512 AAAA" }, "400 tus.checksumUnsupported"],
  [{ "upload-checksum": "__proto__ AAAA" }, "400 tus.checksumUnsupported"],
  [{ "upload-checksum": "SHA1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }, "400 tus.checksumUnsupported"],
  [{ "upload-checksum": "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk= more" }, invalid],
  [{ "upload-checksum": "sha1 2jmj7l5rSw0yVb_vlWAYkK_YBwk=" }, invalid],
  [{ "upload-checksum": "sha256 2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }, invalid],
  [{ "upload-checksum": "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }, "460 tus.checksumMismatch"],
  [{ "x-http-method-override": "PUT" }, "400 tus.methodUnsupported"],
];

for (const [headers, refusal] of pieces) {
  test(`a piece with ${JSON.stringify(headers).slice(0, 150)} is ${refusal}`, async () => {
    const answer = await send(server, path, 0, { headers, body: "piece" });
    assert.equal(codeOf(answer), refusal);
    assert.doesNotMatch(answer.body, /\{\w+\}|undefined/);
    assert.equal(await offsetOf(server, path), 0);
    assert.deepEqual(await server.world.contents(), []);
  });
}

test("a piece without a place, or longer than what is missing, is refused", async () => {
  assert.equal(codeOf(await callUploads(server, "PATCH", path, { headers: offsetStream, body: "piece" })), invalid);
  assert.equal(codeOf(await send(server, path, 0, { body: "x".repeat(101) })), "413 tus.tooLarge");
  assert.equal(await offsetOf(server, path), 0);
  const whole = await begin(server, 3);
  await send(server, whole, 0, { body: "all" });
  assert.equal(codeOf(await send(server, whole, 3, { body: "x" })), "413 tus.tooLarge");
  assert.equal((await send(server, whole, 3, { body: "" })).statusCode, 204);
});

test("names that no upload has are 404, whatever they are", async () => {
  for (const name of ["x", "%00", "..%2f..%2fetc", "%F0%9F%92%BE", "a".repeat(2000), "'%20or%201=1"]) {
    for (const method of ["HEAD", "DELETE"] satisfies HTTPMethods[]) {
      assert.equal((await callUploads(server, method, `${uploadsPath}/${name}`)).statusCode, 404, name);
    }
    assert.equal(codeOf(await send(server, `${uploadsPath}/${name}`, 0, { body: "x" })), "404 tus.uploadNotFound");
  }
});
