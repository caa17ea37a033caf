import assert from "node:assert/strict";
import { test } from "node:test";
import { backendContract, filesInParts } from "../backend.contract.ts";
import { InstantTimers } from "../testing/instant-timers.ts";
import { openS3Backend } from "./open-s3-backend.ts";
import { fakeOptions, fakeS3Place } from "./testing/fake-s3-place.ts";
import { FakeS3 } from "./testing/fake-s3.ts";

backendContract("S3 with conditional writes", () => fakeS3Place({ put: true, complete: true }), filesInParts);
backendContract("S3 without conditional writes", () => fakeS3Place({ put: false, complete: false }), filesInParts);

const metadata = {};
const bytes = Buffer.from("x");

test("opening leaves no probe, and throws away unfinished uploads and probes of ours that are older than a day", async () => {
  await using fake = await FakeS3.start();
  const timers = new InstantTimers();
  const old = new Date(timers.now() - 25 * 3_600_000);
  const recent = new Date(timers.now() - 23 * 3_600_000);
  for (const [id, key, modified] of [
    ["1", "store/packs/old", old],
    ["2", "store/packs/recent", recent],
    ["3", "elsewhere/old", old],
    ["4", "store/Not Ours", old],
    ["5", "store/~probe-old", old],
  ] as const) {
    fake.uploads.set(id, { key, parts: new Map(), metadata, modified });
  }
  fake.objects.set("store/~probe-old", { bytes, metadata, modified: old });
  fake.objects.set("store/~probe-recent", { bytes, metadata, modified: recent });
  fake.objects.set("store/packs/old", { bytes, metadata, modified: old });
  fake.now = () => new Date(timers.now());
  await using _ = await openS3Backend(fakeOptions(fake, { timers }));
  assert.deepEqual([...fake.uploads.keys()], ["2", "3", "4"]);
  assert.deepEqual([...fake.objects.keys()].sort(), ["store/packs/old", "store/~probe-recent"]);
});

test("opening warns and goes on when uploads cannot be listed", async () => {
  await using fake = await FakeS3.start();
  fake.fault = ({ what }) => (what === "GET uploads" ? { kind: "answer", status: 403, code: "AccessDenied" } : undefined);
  const warnings: string[] = [];
  await using _ = await openS3Backend(fakeOptions(fake, { warn: (message) => void warnings.push(message) }));
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /^Unfinished uploads of earlier runs were not cleared away.*AccessDenied 403/);
});

test("a service that does not know conditions is told from one that honours them", async () => {
  await using fake = await FakeS3.start();
  fake.fault = ({ what, count }) =>
    (what === "PUT object" && count === 2) || what === "POST complete"
      ? { kind: "answer", status: 501, code: "NotImplemented" }
      : undefined;
  await using backend = await openS3Backend(fakeOptions(fake));
  fake.calls.length = 0;
  await backend.put("a", { bytes });
  assert.deepEqual(fake.calls, ["HEAD object", "PUT object"]);
});

test("objects that no file can be are not listed", async () => {
  await using fake = await FakeS3.start();
  await using backend = await openS3Backend(fakeOptions(fake));
  for (const key of ["store/", "store/a", "store/B", "store/~probe-x", "store-2/a", "store/c/"]) {
    fake.objects.set(key, { bytes, metadata, modified: new Date(0) });
  }
  assert.deepEqual(await Array.fromAsync(backend.list("")), [{ name: "a", sizeBytes: 1 }]);
});

test("a wrong prefix or endpoint is refused at once", async () => {
  await using fake = await FakeS3.start();
  for (const wrong of [{ prefix: "a b/" }, { prefix: "x".repeat(501) }, { endpoint: "ftp://x" }, { endpoint: "not at all" }]) {
    await assert.rejects(openS3Backend(fakeOptions(fake, wrong)), TypeError);
  }
  assert.deepEqual(fake.calls, []);
});
