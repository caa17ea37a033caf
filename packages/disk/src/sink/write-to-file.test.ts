import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Piece, PlannedFile } from "../core/disk-writer.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { planAllocatingQcow2 } from "../qcow2/plan-allocating-qcow2.ts";
import { planRaw } from "../raw/plan-raw.ts";
import { writeToFile } from "./write-to-file.ts";

const root = await mkdtemp(join(tmpdir(), "tintype-sink-"));
after(() => rm(root, { recursive: true }));

async function emptyFolder(): Promise<string> {
  return mkdtemp(join(root, "case-"));
}

/** A plan of given pieces, which may also fail after them. */
function planOf(pieces: readonly Piece[], totalBytes: number | undefined, failure?: Error): PlannedFile {
  return {
    format: "raw",
    totalBytes,
    sequential: false,
    async *pieces() {
      yield* pieces;
      if (failure !== undefined) {
        throw failure;
      }
    },
  };
}

test("the file holds exactly the planned bytes, and its length is answered", async () => {
  const folder = await emptyFolder();
  const disk = new TestDisk(7_000_576, [
    { offset: 512, length: 3_000_320, content: "noise" },
    { offset: 4_000_256, length: 1024, content: "text" },
  ]);
  const written = await writeToFile(await planRaw(disk), join(folder, "disk.raw"), { sync: true });
  assert.deepEqual(written, { lengthBytes: 7_000_576 });
  assert.ok((await readFile(join(folder, "disk.raw"))).equals(await disk.read(0, disk.virtualSizeBytes)));
  assert.deepEqual(await readdir(folder), ["disk.raw"]);
});

test("zeros take no space on disk, wherever they come from, and the file is as long as it should be", async () => {
  const folder = await emptyFolder();
  const bytes = new Uint8Array(1_048_576);
  bytes.fill(7, 40_960, 45_056);
  const path = join(folder, "disk.raw");
  const { lengthBytes } = await writeToFile(planOf([{ offset: 4096, bytes }], undefined), path);
  assert.equal(lengthBytes, 1_052_672);
  const { size, blocks } = await stat(path);
  assert.equal(size, 1_052_672);
  assert.ok(blocks * 512 <= 16_384, `${blocks * 512} bytes are allocated`);
  const content = await readFile(path);
  assert.ok(content.subarray(4096).equals(bytes));
});

test("every piece is released once, when it is written", async () => {
  const folder = await emptyFolder();
  const released: number[] = [];
  const pieces = Array.from({ length: 9 }, (_, index) => ({
    offset: index * 4096,
    bytes: new Uint8Array(4096).fill(index),
    release: () => released.push(index),
  }));
  await writeToFile(planOf(pieces, 36_864), join(folder, "disk.raw"));
  assert.deepEqual(
    released.sort((one, other) => one - other),
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
  );
});

test("a file that is there is not replaced unless asked", async () => {
  const folder = await emptyFolder();
  const path = join(folder, "disk.raw");
  await writeFile(path, "precious");
  const plan = planOf([{ offset: 0, bytes: Buffer.from("new") }], 3);
  await assert.rejects(writeToFile(plan, path), { code: "disk.io", message: /there already/ });
  assert.equal(await readFile(path, "utf8"), "precious");
  await writeToFile(plan, path, { overwrite: true });
  assert.equal(await readFile(path, "utf8"), "new");
  assert.deepEqual(await readdir(folder), ["disk.raw"]);
});

test("a file that comes into being meanwhile is not replaced either", async () => {
  const folder = await emptyFolder();
  const path = join(folder, "disk.raw");
  const plan: PlannedFile = {
    ...planOf([], 3),
    async *pieces() {
      await writeFile(path, "precious");
      yield { offset: 0, bytes: Buffer.from("new") };
    },
  };
  await assert.rejects(writeToFile(plan, path), { code: "disk.io", message: /there already/ });
  assert.equal(await readFile(path, "utf8"), "precious");
  assert.deepEqual(await readdir(folder), ["disk.raw"]);
});

test("only regular files are replaced: no folder, no link", async () => {
  const folder = await emptyFolder();
  await mkdir(join(folder, "folder"));
  await symlink("/nowhere", join(folder, "link"));
  for (const name of ["folder", "link"]) {
    const write = writeToFile(planOf([], 0), join(folder, name), { overwrite: true });
    await assert.rejects(write, { code: "disk.io", message: /not a regular file/ });
  }
});

test("a plan that fails leaves no file and keeps the one that was there", async () => {
  const folder = await emptyFolder();
  const path = join(folder, "disk.raw");
  await writeFile(path, "precious");
  const plan = planOf([{ offset: 0, bytes: new Uint8Array(8192).fill(1) }], 16_384, new Error("source broke"));
  await assert.rejects(writeToFile(plan, path, { overwrite: true }), /source broke/);
  assert.deepEqual(await readdir(folder), ["disk.raw"]);
  assert.equal(await readFile(path, "utf8"), "precious");
});

test("an abort stops with the signal's reason and leaves nothing", async () => {
  const folder = await emptyFolder();
  const disk = new TestDisk(67_108_864, [{ offset: 0, length: 67_108_864, content: "noise" }]);
  const abort = new AbortController();
  const options = { signal: abort.signal, onProgress: () => abort.abort(new Error("enough")) };
  await assert.rejects(writeToFile(await planAllocatingQcow2(disk), join(folder, "disk.qcow2"), options), /enough/);
  assert.deepEqual(await readdir(folder), []);
  assert.equal(disk.readsUnderWay, 0);
});

test("a folder that does not exist is named, with what to do", async () => {
  const folder = await emptyFolder();
  await assert.rejects(writeToFile(planOf([], 0), join(folder, "none", "disk.raw")), { code: "disk.io", remedy: "Make the folder first." });
});

test("two conversions into one folder at once do not disturb each other", async () => {
  const folder = await emptyFolder();
  const disk = new TestDisk(8_388_608, [{ offset: 0, length: 8_388_608, content: "noise" }]);
  const names = ["a.raw", "b.raw", "c.raw"];
  await Promise.all(names.map(async (name) => writeToFile(await planRaw(disk), join(folder, name))));
  assert.deepEqual((await readdir(folder)).sort(), names);
});
