import assert from "node:assert/strict";
import { mkdtemp, open, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Buckets } from "../buckets.ts";
import { BucketDouble, md5 } from "../testing/bucket-double.ts";
import { doubleSession } from "../testing/double-session.ts";
import { InstantTimers } from "../testing/instant-timers.ts";
import { uploadFile } from "./upload-file.ts";
import type { UploadFileOptions, UploadProgress } from "./upload-file.ts";

const MIB = 1024 * 1024;
const folder = await mkdtemp(join(tmpdir(), "upload-file-"));
after(() => rm(folder, { recursive: true }));

/** 40 MiB: two whole parts and a half one, each with bytes of its own. */
async function writeDisk(name: string): Promise<string> {
  const path = join(folder, name);
  await using file = await open(path, "w");
  await file.truncate(40 * MIB);
  for (const [offset, text] of [
    [0, "first part"],
    [16 * MIB, "second part"],
    [40 * MIB - 4, "last"],
  ] as const) {
    await file.write(text, offset);
  }
  return path;
}

async function upload(double: BucketDouble, path: string, options: Partial<UploadFileOptions> = {}) {
  await using server = await double.start();
  const timers = new InstantTimers();
  const buckets = new Buckets(doubleSession(server.url, timers));
  const object = await uploadFile(path, { buckets, bucket: "b", timers, ...options });
  return { object, stored: double.objects.get(`/${object.bucket}/${object.key}`), timers };
}

test("a file arrives in parts of 16 MiB, and its key says its name", async () => {
  const path = await writeDisk("debian 12.img");
  const double = new BucketDouble();
  const progress: UploadProgress[] = [];
  const { object, stored } = await upload(double, path, { onProgress: (state) => progress.push(state) });
  assert.match(object.key, /^uploads\/[0-9a-f]{24}\/debian_12\.img$/);
  assert.ok(stored?.bytes.equals(await readFile(path)));
  assert.deepEqual(new Set(double.partsSent), new Set([1, 2, 3]));
  assert.deepEqual(progress.at(-1), { doneBytes: 40 * MIB, totalBytes: 40 * MIB, reusedBytes: 0 });
});

test("a part that fails for a moment is sent again after a pause, and counts once", async () => {
  const path = await writeDisk("retried.img");
  const double = new BucketDouble();
  let failures = 0;
  double.interfere = async (request, response) => {
    if (!request.url?.includes("partNumber=2") || failures === 3) {
      return false;
    }
    failures += 1;
    if (failures === 1) {
      request.destroy();
    } else {
      request.resume();
      response.writeHead(failures === 2 ? 503 : 500).end();
    }
    return true;
  };
  const retries: unknown[] = [];
  const progress: UploadProgress[] = [];
  const { stored, timers } = await upload(double, path, {
    onRetry: (error) => retries.push(error),
    onProgress: (state) => progress.push(state),
  });
  assert.ok(stored?.bytes.equals(await readFile(path)));
  assert.equal(retries.length, 3);
  assert.deepEqual(timers.delays, [500, 1000, 2000]);
  assert.equal(progress.at(-1)?.doneBytes, 40 * MIB);
  assert.ok(progress.every(({ doneBytes }) => doneBytes >= 0 && doneBytes <= 40 * MIB));
});

test("a part that arrives changed is sent again", async () => {
  const path = await writeDisk("changed.img");
  const double = new BucketDouble();
  let isSpoiled = false;
  double.interfere = async (request, response) => {
    if (!request.url?.includes("partNumber=1") || isSpoiled) {
      return false;
    }
    isSpoiled = true;
    request.resume();
    response.writeHead(200, { etag: `"${"0".repeat(32)}"` }).end();
    return true;
  };
  const retries: unknown[] = [];
  await upload(double, path, { onRetry: (error) => retries.push(error) });
  assert.match(String(retries[0]), /ChecksumError: Part 1 \(at byte 0\) arrived with MD5 0{32}/);
});

test("a refusal that repeating cannot cure ends the upload at once, and what was sent stays", async () => {
  const path = await writeDisk("refused.img");
  const double = new BucketDouble();
  double.interfere = async (request, response) => {
    if (!request.url?.includes("partNumber=3")) {
      return false;
    }
    request.resume();
    response.writeHead(403).end("<Error><Code>AccessDenied</Code><Message>No.</Message></Error>");
    return true;
  };
  await assert.rejects(upload(double, path), { name: "ApiError", code: "AccessDenied" });
  assert.equal(double.uploads.size, 1);
  assert.equal(double.objects.size, 0);
});

test("a second run sends only what is missing or different", async () => {
  const path = await writeDisk("resumed.img");
  const double = new BucketDouble();
  const content = await readFile(path);
  double.interfere = (request, response) => {
    const isLast = request.url?.includes("partNumber=3") === true;
    if (isLast) {
      request.resume();
      response.writeHead(403).end();
    }
    return isLast;
  };
  await assert.rejects(upload(double, path));
  // Of the two parts that may have arrived one is good, and one was spoiled meanwhile.
  const [parts] = double.uploads.values();
  parts?.set(1, { bytes: content.subarray(0, 16 * MIB), etag: md5(content.subarray(0, 16 * MIB)) });
  parts?.set(2, { bytes: Buffer.alloc(16 * MIB), etag: md5(Buffer.alloc(16 * MIB)) });
  double.partsSent.length = 0;
  double.interfere = () => false;
  const progress: UploadProgress[] = [];
  const { stored } = await upload(double, path, { onProgress: (state) => progress.push(state) });
  assert.deepEqual(new Set(double.partsSent), new Set([2, 3]));
  assert.ok(stored?.bytes.equals(content));
  assert.equal(progress.at(-1)?.reusedBytes, 16 * MIB);
});

test("a file that is there already is not sent again, and one that was changed is", async () => {
  const path = await writeDisk("there.img");
  const double = new BucketDouble();
  const first = await upload(double, path);
  double.partsSent.length = 0;
  const second = await upload(double, path);
  assert.deepEqual(second.object, first.object);
  assert.deepEqual(double.partsSent, []);

  await utimes(path, 1, 1);
  const third = await upload(double, path);
  assert.notEqual(third.object.key, first.object.key);
  assert.equal(double.partsSent.length, 3);
});

test("an abort ends the upload with its reason and leaves the parts for the next run", async () => {
  const path = await writeDisk("aborted.img");
  const double = new BucketDouble();
  const stop = new AbortController();
  double.interfere = (request) => {
    if (request.url?.includes("partNumber=2") === true) {
      request.resume();
      stop.abort(new Error("enough"));
    }
    return stop.signal.aborted;
  };
  await assert.rejects(upload(double, path, { signal: stop.signal }), { message: "enough" });
  assert.equal(double.uploads.size, 1);
});

test("an answer that is lost at the end does not fail an upload that is complete", async () => {
  const path = await writeDisk("lost.img");
  const double = new BucketDouble();
  let isLost = false;
  double.interfere = async (request, response) => {
    if (request.method !== "POST" || !request.url?.includes("uploadId=") || isLost) {
      return false;
    }
    isLost = true;
    // Completes the upload as the double does, and then drops the answer.
    const [entry] = double.uploads;
    const parts = [...(entry?.[1] ?? [])].sort(([a], [b]) => a - b).map(([, part]) => part);
    const etag = `${md5(Buffer.concat(parts.map((part) => Buffer.from(part.etag, "hex"))))}-${parts.length}`;
    double.objects.set(entry?.[0] ?? "", { bytes: Buffer.concat(parts.map(({ bytes }) => bytes)), etag });
    double.uploads.clear();
    response.destroy();
    return true;
  };
  const { stored } = await upload(double, path);
  assert.ok(stored?.bytes.equals(await readFile(path)));
});

test("a file that grows meanwhile is refused", async () => {
  const path = await writeDisk("growing.img");
  const double = new BucketDouble();
  double.interfere = async (request) => {
    if (request.url?.includes("partNumber=3") === true) {
      await using file = await open(path, "a");
      await file.write("more");
    }
    return false;
  };
  await assert.rejects(upload(double, path), { name: "FileError", message: /was changed while it was being uploaded/ });
  assert.equal(double.objects.size, 0);
});

test("an empty file and a folder are refused before anything is sent", async () => {
  const empty = join(folder, "empty.img");
  await writeFile(empty, "");
  await assert.rejects(upload(new BucketDouble(), empty), { name: "FileError", message: /is empty/ });
  await assert.rejects(upload(new BucketDouble(), folder), { name: "FileError", message: /not a regular file/ });
});
