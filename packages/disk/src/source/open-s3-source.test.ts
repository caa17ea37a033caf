import assert from "node:assert/strict";
import { test } from "node:test";
import { InstantTimers } from "../core/testing/instant-timers.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { openS3Source } from "./open-s3-source.ts";
import { signS3Get } from "./sign-s3-get.ts";
import { ObjectServer } from "./testing/object-server.ts";

const STALL_MS = 60_000;
const keys = { accessKey: "AK", secretKey: "SK", region: "eu-west-101" };

test("an object is read with signed requests, whatever signs its key has", async () => {
  await using server = await ObjectServer.start();
  const timers = new InstantTimers(STALL_MS);
  const content = new SeededRandom(1).bytes(5000);
  const path = "/bucket/images/disk%201%2B2%27%28%C3%A9%29%3F%25.qcow2";
  server.put(path, content);
  const address = "s3://bucket/images/disk 1+2'(é)?%.qcow2";
  await using source = await openS3Source(address, { ...keys, endpoint: `${server.origin}/`, timers, stallMs: STALL_MS });
  assert.ok(content.subarray(100, 300).equals(await source.read(100, 200)));
  for (const { url, headers } of server.requests) {
    assert.equal(url, path);
    const expected = signS3Get(
      { url: new URL(path, server.origin), headers: { range: headers.range ?? "" }, region: keys.region, now: timers.now() },
      keys,
    );
    assert.equal(headers.authorization, expected.authorization);
  }
});

test("the bucket may stand in front of the host", async () => {
  const asked: string[] = [];
  const answer: typeof fetch = async (url) => {
    asked.push(url instanceof Request ? url.url : url.toString());
    return new Response("x", { status: 206, headers: { "content-range": "bytes 0-0/7" } });
  };
  const options = {
    ...keys,
    fetch: answer,
    endpoint: "https://obs.example.com:8443",
    timers: new InstantTimers(STALL_MS),
    stallMs: STALL_MS,
  };
  await using source = await openS3Source("s3://my-bucket/a/b", { ...options, addressing: "virtual" });
  assert.equal(source.lengthBytes, 7);
  assert.deepEqual(asked, ["https://my-bucket.obs.example.com:8443/a/b"]);
});

test("addresses, keys and endpoints that cannot be asked for are refused", async () => {
  const refused = { code: "disk.unsupported" };
  for (const address of [
    "s3://bucket",
    "s3://bucket/",
    "s3:///key",
    "s3://Bucket/key",
    "http://bucket/key",
    "s3://b@d/key",
    "s3://bucket/a/../b",
    "s3://bucket/\ud800",
  ]) {
    await assert.rejects(openS3Source(address, { ...keys, endpoint: "https://host" }), refused, address);
  }
  for (const endpoint of ["host", "ftp://host", "https://host/?x=1"]) {
    await assert.rejects(openS3Source("s3://bucket/key", { ...keys, endpoint }), refused, endpoint);
  }
});
