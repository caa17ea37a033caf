import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, open, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { describeByteSource } from "../core/byte-source.contract.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { openLocalFile } from "./open-local-file.ts";
import { bindSystemSeek } from "./seek-extents.ts";

const MIB = 1024 * 1024;
let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-file-"));
});

after(() => rm(folder, { recursive: true }));

describeByteSource("a local file", async (content) => {
  const path = join(folder, `content-${content.length}`);
  await writeFile(path, content);
  return openLocalFile(path);
});

async function sparseFile(name: string): Promise<string> {
  const path = join(folder, name);
  await using file = await open(path, "w");
  await file.truncate(8 * MIB);
  await file.write(Buffer.alloc(MIB, 1), 0, MIB, MIB);
  await file.write(Buffer.alloc(MIB, 2), 0, MIB, 5 * MIB);
  return path;
}

test("a file is read by position, into new memory or the caller's", async () => {
  const path = join(folder, "digits");
  await writeFile(path, "0123456789");
  await using source = await openLocalFile(path);
  assert.equal(source.lengthBytes, 10);
  assert.equal(Buffer.from(await source.read(2, 3)).toString(), "234");
  const target = Buffer.alloc(4);
  await source.readInto?.(target, 6);
  assert.equal(target.toString(), "6789");
  await assert.rejects(source.read(8, 3), RangeError);
});

test("the holes of a sparse file are where nothing was written", { skip: bindSystemSeek() === undefined }, async () => {
  await using source = await openLocalFile(await sparseFile("sparse"));
  assert.deepEqual(await listExtents(source), [
    { offset: 0, length: MIB, kind: "hole" },
    { offset: MIB, length: MIB, kind: "data" },
    { offset: 2 * MIB, length: 3 * MIB, kind: "hole" },
    { offset: 5 * MIB, length: MIB, kind: "data" },
    { offset: 6 * MIB, length: 2 * MIB, kind: "hole" },
  ]);
});

test("a file of holes only has one extent, and a file without holes too", { skip: bindSystemSeek() === undefined }, async () => {
  const empty = join(folder, "empty");
  await writeFile(empty, "");
  await truncate(empty, MIB);
  await using holes = await openLocalFile(empty);
  assert.deepEqual(await listExtents(holes), [{ offset: 0, length: MIB, kind: "hole" }]);

  const full = join(folder, "full");
  await writeFile(full, Buffer.alloc(MIB, 1));
  await using data = await openLocalFile(full);
  assert.deepEqual(await listExtents(data), [{ offset: 0, length: MIB, kind: "data" }]);
});

test("without the system's call the whole file is data", async () => {
  await using source = await openLocalFile(await sparseFile("sparse-unknown"), { seek: null });
  assert.deepEqual(await listExtents(source), [{ offset: 0, length: 8 * MIB, kind: "data" }]);
});

test("a file that gets shorter while open is told, and no bytes are made up", async () => {
  const path = await sparseFile("shrinking");
  await using source = await openLocalFile(path);
  await truncate(path, 5 * MIB + 100);
  await assert.rejects(source.read(5 * MIB, MIB), {
    name: "DiskError",
    code: "disk.truncated",
    message: new RegExp(`ends at ${5 * MIB + 100} `),
  });
  await assert.rejects(listExtents(source), { code: "disk.truncated" });
});

test("a missing file, a folder and a named pipe are refused", async () => {
  await assert.rejects(openLocalFile(join(folder, "missing")), { code: "disk.io", message: /cannot be opened: ENOENT/ });
  await assert.rejects(openLocalFile(folder), { code: "disk.io", message: /not a regular file/ });
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  await assert.rejects(openLocalFile(pipe), { code: "disk.io", message: /not a regular file/ });
});

test("closing twice is harmless, and reading after it fails", async () => {
  const source = await openLocalFile(await sparseFile("closed"));
  await source[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
  await assert.rejects(source.read(0, 1), { code: "disk.io" });
});

test("reading stops when it is aborted", async () => {
  await using source = await openLocalFile(await sparseFile("aborted"));
  await assert.rejects(source.read(0, 1, { signal: AbortSignal.abort(new Error("stopped")) }), /stopped/);
});
