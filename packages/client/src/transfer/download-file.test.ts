import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Buckets } from "../buckets.ts";
import { BucketDouble, md5 } from "../testing/bucket-double.ts";
import { doubleSession } from "../testing/double-session.ts";
import { InstantTimers } from "../testing/instant-timers.ts";
import { downloadFile, partialPath } from "./download-file.ts";
import type { DownloadFileOptions, DownloadProgress } from "./download-file.ts";

const MIB = 1024 * 1024;
const object = { bucket: "b", key: "exports/x.qcow2" };
const path = "/b/exports/x.qcow2";

/** Random at both ends, zeros in between. */
const content = Buffer.concat([randomBytes(MIB), Buffer.alloc(3 * MIB), randomBytes(MIB)]);

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "download-file-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function doubleWith(bytes: Buffer): BucketDouble {
  const double = new BucketDouble();
  double.objects.set(path, { bytes, etag: md5(bytes) });
  return double;
}

async function download(double: BucketDouble, target: string, options: Partial<DownloadFileOptions> = {}): Promise<InstantTimers> {
  await using server = await double.start();
  const timers = new InstantTimers();
  await downloadFile(object, target, { buckets: new Buckets(doubleSession(server.url, timers)), timers, ...options });
  return timers;
}

/** Answers ranged requests with so many bytes and then breaks the connection; `Infinity` answers whole. */
function breakAfter(double: BucketDouble, lengths: readonly number[]): { readonly froms: number[] } {
  const froms: number[] = [];
  double.interfere = (request, response) => {
    if (request.method !== "GET") {
      return false;
    }
    const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
    const limit = lengths[froms.length] ?? Infinity;
    froms.push(from);
    if (limit === Infinity) {
      return false;
    }
    response.writeHead(from === 0 ? 200 : 206, { "content-length": content.length - from });
    response.write(content.subarray(from, from + limit), () => response.destroy());
    return true;
  };
  return { froms };
}

test("an object becomes a file whose zeros are holes, and nothing else is left in the folder", () =>
  withFolder(async (folder) => {
    const target = join(folder, "x.qcow2");
    await download(doubleWith(content), target);
    assert.ok((await readFile(target)).equals(content));
    assert.deepEqual(await readdir(folder), ["x.qcow2"]);
    assert.ok((await stat(target)).blocks * 512 < content.length);
  }));

test("a file that ends in zeros has its full length", () =>
  withFolder(async (folder) => {
    const bytes = Buffer.concat([randomBytes(10), Buffer.alloc(MIB)]);
    await download(doubleWith(bytes), join(folder, "x"));
    assert.ok((await readFile(join(folder, "x"))).equals(bytes));
  }));

test("a connection that breaks is taken up again at the byte where it broke", () =>
  withFolder(async (folder) => {
    const double = doubleWith(content);
    const { froms } = breakAfter(double, [MIB / 2, 2 * MIB]);
    const retries: unknown[] = [];
    await download(double, join(folder, "x"), { onRetry: (error) => retries.push(error) });
    assert.ok((await readFile(join(folder, "x"))).equals(content));
    assert.equal(froms.length, 3);
    assert.ok(froms[1] !== undefined && froms[1] > 0 && froms[1] <= MIB / 2);
    assert.match(String(retries[0]), /ConnectionError/);
  }));

test("a run that was ended is taken up by the next one", () =>
  withFolder(async (folder) => {
    const target = join(folder, "x");
    const double = doubleWith(content);
    const stop = new AbortController();
    breakAfter(double, [MIB / 2]);
    await assert.rejects(download(double, target, { signal: stop.signal, onRetry: () => stop.abort(new Error("enough")) }), {
      message: "enough",
    });
    assert.equal((await readdir(folder)).length, 1);
    const { froms } = breakAfter(double, []);
    const progress: DownloadProgress[] = [];
    await download(double, target, { onProgress: (state) => progress.push(state) });
    assert.ok((await readFile(target)).equals(content));
    assert.ok(froms[0] !== undefined && froms[0] > 0);
    assert.equal(progress.at(-1)?.reusedBytes, froms[0]);
    assert.deepEqual(await readdir(folder), ["x"]);
  }));

test("a service that ignores ranges is listened to from the beginning", () =>
  withFolder(async (folder) => {
    const target = join(folder, "x");
    const double = doubleWith(content);
    await writeFile(partialPath(target, { lengthBytes: content.length, etag: md5(content) }), content.subarray(0, 1000));
    double.interfere = (request) => {
      delete request.headers.range;
      return false;
    };
    await download(double, target);
    assert.ok((await readFile(target)).equals(content));
  }));

test("what was fetched of other content is not gone on with, and does not stay", () =>
  withFolder(async (folder) => {
    const target = join(folder, "x");
    await writeFile(partialPath(target, { lengthBytes: 5, etag: "other" }), "stale");
    await writeFile(join(folder, ".x.mine.partial"), "somebody else's");
    await download(doubleWith(content), target);
    assert.deepEqual((await readdir(folder)).toSorted(), [".x.mine.partial", "x"]);
    assert.ok((await readFile(target)).equals(content));
  }));

test("content that does not match its MD5 is refused, and does not spoil the next run", () =>
  withFolder(async (folder) => {
    const target = join(folder, "x");
    const double = doubleWith(content);
    double.objects.set(path, { bytes: content, etag: "0".repeat(32) });
    await assert.rejects(download(double, target), { name: "ChecksumError", message: /has MD5 0{32}/ });
    assert.deepEqual(await readdir(folder), []);
  }));

test("an answer that ends early for good fails, and an object that is not there is named", () =>
  withFolder(async (folder) => {
    const double = doubleWith(content);
    breakAfter(
      double,
      Array.from({ length: 20 }, () => 0),
    );
    await assert.rejects(download(double, join(folder, "x")), { name: "ConnectionError" });
    await assert.rejects(download(new BucketDouble(), join(folder, "y")), { name: "ApiError", status: 404, message: /exports\/x\.qcow2/ });
  }));
