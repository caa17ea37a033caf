import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { filler } from "../../../test/filler.ts";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { isStoreError } from "../../store-error.ts";
import type { StoreErrorCode } from "../../store-error.ts";
import type { Backend } from "../backend.ts";
import { openS3Backend } from "./open-s3-backend.ts";
import type { S3Options } from "./s3-options.ts";
import { fakeOptions } from "./testing/fake-s3-place.ts";
import { FakeS3 } from "./testing/fake-s3.ts";
import type { S3Call, S3Fault } from "./testing/fake-s3.ts";

const content = filler("content", 100_000);
const large = filler("large", 20 * 1024 * 1024);
/** Waited for wherever a place falls silent; a busy machine alone must not look like silence. */
const idleTimeoutMs = 1000;

const slowDown: S3Fault = { kind: "answer", status: 503, code: "SlowDown" };
const broken: S3Fault = { kind: "answer", status: 500, code: "InternalError" };
const gone: S3Fault = { kind: "answer", status: 404, code: "NoSuchKey" };
const resetBefore: S3Fault = { kind: "reset", when: "before" };
const resetAfter: S3Fault = { kind: "reset", when: "after" };
const silence: S3Fault = { kind: "silence" };

interface World {
  readonly fake: FakeS3;
  readonly backend: Backend;
  readonly warnings: readonly string[];
  stage(bytes: Uint8Array): Promise<{ readonly stagedPath: string }>;
  /** What befalls requests of a kind, one after the other; no fault where undefined, and after the last. */
  script(what: string, ...faults: readonly (S3Fault | undefined)[]): void;
}

async function withFake(work: (world: World) => Promise<void>, more: Partial<S3Options> = {}): Promise<void> {
  await using fake = await FakeS3.start();
  await using folder = await temporaryFolder();
  const warnings: string[] = [];
  await using backend = await openS3Backend(fakeOptions(fake, { idleTimeoutMs, warn: (message) => void warnings.push(message), ...more }));
  const scripts = new Map<string, (S3Fault | undefined)[]>();
  fake.fault = ({ what }: S3Call) => scripts.get(what)?.shift();
  fake.calls.length = 0;
  await work({
    fake,
    backend,
    warnings,
    stage: async (bytes) => {
      const stagedPath = join(folder.path, "staged");
      await writeFile(stagedPath, bytes);
      return { stagedPath };
    },
    script: (what, ...faults) => void scripts.set(what, [...faults]),
  });
}

function failsWith(code: StoreErrorCode, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(isStoreError(error), String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

async function whole(backend: Backend, name: string, length: number): Promise<Buffer> {
  const target = Buffer.alloc(length + 1);
  assert.equal(await backend.read(name, 0, [target]), length);
  return target.subarray(0, length);
}

const times = (count: number, fault: S3Fault) => Array.from({ length: count }, () => fault);

for (const [what, faults] of Object.entries({
  "a busy service": [slowDown, slowDown, broken],
  "connections that are cut": [resetBefore, resetAfter, { kind: "cut", afterBytes: 40_000 }, { kind: "cut", afterBytes: 0 }],
  "answers that stop": [silence, { kind: "stall", afterBytes: 70_000 }],
  "an answer that is short but claims to be whole": [{ kind: "short", afterBytes: 1 }],
  "an object that is not known everywhere for a moment": [gone],
} satisfies Record<string, readonly S3Fault[]>)) {
  test(`reading survives ${what}`, () =>
    withFake(async ({ backend, script }) => {
      await backend.put("a", { bytes: content });
      script("GET object", ...faults);
      assert.ok((await whole(backend, "a", content.length)).equals(content));
    }));
}

test("a read goes on where it was cut", () =>
  withFake(async ({ fake, backend, script }) => {
    await backend.put("a", { bytes: content });
    script("GET object", { kind: "short", afterBytes: 90_000 }, { kind: "short", afterBytes: 0 });
    const targets = [Buffer.alloc(10), Buffer.alloc(content.length)];
    assert.equal(await backend.read("a", 5, targets), content.length - 5);
    assert.ok(
      Buffer.concat(targets)
        .subarray(0, content.length - 5)
        .equals(content.subarray(5)),
    );
    assert.deepEqual(fake.ranges, ["bytes=5-100014", "bytes=90005-100014", "bytes=90005-100014"]);
  }));

test("a read that cannot be saved says what happened", () =>
  withFake(async ({ backend, script }) => {
    await backend.put("a", { bytes: content });
    const target = [Buffer.alloc(10)];
    script("GET object", ...times(9, slowDown));
    await assert.rejects(backend.read("a", 0, target), failsWith("store.io", /Reading a in bucket .* failed \(SlowDown 503\)/));
    script("GET object", ...times(9, resetBefore));
    await assert.rejects(backend.read("a", 0, target), failsWith("store.io", /ECONNRESET/));
    script("GET object", ...times(9, { kind: "short", afterBytes: 1 }));
    await assert.rejects(backend.read("a", 0, target), failsWith("store.io", /ended \d bytes early/));
    script("GET object", ...times(9, gone));
    await assert.rejects(backend.read("a", 0, target), failsWith("store.missing", /no file a in bucket/));
    script("GET object", ...times(9, { kind: "answer", status: 403, code: "AccessDenied" }));
    await assert.rejects(backend.read("a", 0, target), failsWith("store.io", /credentials need leave/));
    script("GET object", ...times(9, { kind: "answer", status: 404, code: "NoSuchBucket" }));
    await assert.rejects(backend.read("a", 0, target), failsWith("store.io", /bucket does not exist/));
  }));

test("a read in a stalled answer can be given up", () =>
  withFake(
    async ({ backend, script }) => {
      await backend.put("a", { bytes: content });
      script("GET object", ...times(9, { kind: "stall", afterBytes: 50_000 }));
      const stop = new AbortController();
      const reading = backend.read("a", 0, [Buffer.alloc(content.length)], { signal: stop.signal });
      setImmediate(() => stop.abort(new Error("enough")));
      await assert.rejects(reading, { message: "enough" });
    },
    { idleTimeoutMs: 60_000 },
  ));

for (const honours of [true, false]) {
  const service = honours ? "that knows conditions" : "that knows no conditions";

  test(`a put survives a busy service, cut connections and lost answers, at one ${service}`, () =>
    withFake(async ({ fake, backend, script }) => {
      fake.honours = { put: honours, complete: honours };
      script("PUT object", slowDown, resetBefore, broken);
      await backend.put("busy", { bytes: content });
      script("PUT object", resetAfter, slowDown);
      await backend.put("lost", { bytes: content });
      script("PUT object", silence);
      await backend.put("silent", { bytes: content });
      for (const name of ["busy", "lost", "silent"]) {
        assert.ok((await whole(backend, name, content.length)).equals(content));
      }
    }));

  test(`an upload survives all of that in each of its steps, at one ${service}`, () =>
    withFake(async ({ fake, backend, script, stage }) => {
      fake.honours = { put: honours, complete: honours };
      script("HEAD object", slowDown);
      script("POST begin", broken, resetBefore);
      script("PUT part", slowDown, resetBefore, resetAfter, broken, silence);
      script("POST complete", slowDown, resetAfter);
      await backend.put("large", await stage(large));
      assert.ok((await whole(backend, "large", large.length)).equals(large));
      assert.equal(fake.uploads.size, 0);
    }));
}

test("an upload that fails leaves neither an object nor parts", () =>
  withFake(async ({ fake, backend, script, stage }) => {
    script("PUT part", undefined, ...times(20, slowDown));
    await assert.rejects(backend.put("a", await stage(large)), failsWith("store.io", /Writing part \d of a .*SlowDown/));
    script("POST complete", ...times(20, broken));
    script("PUT part");
    await assert.rejects(backend.put("a", await stage(large)), failsWith("store.io", /Completing a .*InternalError/));
    assert.deepEqual([fake.objects.size, fake.uploads.size], [0, 0]);
    assert.equal(await backend.sizeOf("a"), undefined);
  }));

test("an upload that cannot be thrown away is told, and the first error stays the error", () =>
  withFake(async ({ backend, script, stage, warnings }) => {
    script("PUT part", ...times(20, { kind: "answer", status: 403, code: "AccessDenied" }));
    script("DELETE upload", ...times(20, slowDown));
    await assert.rejects(backend.put("a", await stage(large)), failsWith("store.io", /Writing part \d of a .*AccessDenied 403/));
    assert.match(warnings.join(), /^Parts of an upload are left.*SlowDown/);
  }));

test("a put whose fate stays unknown says so", () =>
  withFake(async ({ backend, script }) => {
    script("PUT object", ...times(20, resetAfter));
    script("HEAD object", ...times(20, resetBefore));
    await assert.rejects(backend.put("a", { bytes: content }), failsWith("store.io", /Whether a was written is not known: .*ECONNRESET/));
  }));

test("a name that somebody else took meanwhile is refused, and theirs is left alone", () =>
  withFake(async ({ fake, backend, script, stage }) => {
    const theirs = { bytes: Buffer.from("theirs"), metadata: {}, modified: new Date(0) };
    for (const what of ["PUT object", "POST complete"]) {
      fake.objects.clear();
      fake.fault = (call) => {
        if (call.what === what) {
          fake.objects.set("store/a", theirs);
        }
        return undefined;
      };
      const put = backend.put("a", what === "PUT object" ? { bytes: content } : await stage(large));
      await assert.rejects(put, failsWith("store.exists", /a file a in bucket/));
      assert.equal(fake.objects.get("store/a"), theirs);
      assert.equal(fake.uploads.size, 0);
    }
    script("PUT object");
  }));

test("a used-up quota is told as a full store, at once", () =>
  withFake(async ({ fake, backend, script }) => {
    for (const [status, code] of [
      [403, "QuotaExceeded"],
      [507, "InsufficientStorage"],
    ] as const) {
      fake.calls.length = 0;
      script("PUT object", ...times(20, { kind: "answer", status, code }));
      await assert.rejects(backend.put("a", { bytes: content }), failsWith("store.full", /Free some space/));
      assert.equal(fake.calls.filter((call) => call === "PUT object").length, 1);
    }
  }));

test("listing, sizes and removing survive the same", () =>
  withFake(async ({ backend, script }) => {
    await backend.put("a", { bytes: content });
    script("GET list", slowDown, resetBefore, { kind: "cut", afterBytes: 20 }, { kind: "stall", afterBytes: 20 });
    assert.deepEqual(await Array.fromAsync(backend.list("")), [{ name: "a", sizeBytes: content.length }]);
    script("HEAD object", slowDown, resetBefore, silence);
    assert.equal(await backend.sizeOf("a"), content.length);
    script("DELETE object", slowDown, resetAfter, { kind: "answer", status: 404, code: "NoSuchKey" });
    await backend.remove("a");
    assert.equal(await backend.sizeOf("a"), undefined);
  }));

test("opening says what is wrong with the bucket, the key, the region or the address", async () => {
  await using fake = await FakeS3.start();
  const refused = (code: string, status: number): void => {
    fake.fault = () => ({ kind: "answer", status, code });
  };
  for (const [code, status, message] of [
    ["NoSuchBucket", 404, /bucket does not exist/],
    ["AccessDenied", 403, /credentials need leave/],
    ["InvalidAccessKeyId", 403, /access key or its secret is wrong/],
    ["SignatureDoesNotMatch", 403, /access key or its secret is wrong/],
    ["AuthorizationHeaderMalformed", 400, /in another region/],
    ["PermanentRedirect", 301, /in another region/],
    ["RequestTimeTooSkewed", 403, /clock is wrong/],
  ] as const) {
    refused(code, status);
    await assert.rejects(openS3Backend(fakeOptions(fake)), failsWith("store.io", message), code);
  }
  fake.fault = () => undefined;
  await assert.rejects(
    openS3Backend(fakeOptions(fake, { endpoint: "http://nowhere.invalid" })),
    failsWith("store.io", /host name is not known/),
  );
  await assert.rejects(openS3Backend(fakeOptions(fake, { endpoint: "http://127.0.0.1:1" })), failsWith("store.io", /Nobody listens/));
});
