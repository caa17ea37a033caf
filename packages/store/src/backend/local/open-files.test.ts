import assert from "node:assert/strict";
import { readdir, readlink, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { temporaryFolder } from "../../../test/temporary-folder.ts";
import { OpenFiles } from "./open-files.ts";

async function openFilesUnder(root: string): Promise<number> {
  const links = await Promise.allSettled((await readdir("/proc/self/fd")).map((fd) => readlink(`/proc/self/fd/${fd}`)));
  return links.filter((link) => link.status === "fulfilled" && link.value.startsWith(root)).length;
}

it("reads from any number of files at once, and keeps few of them open", { skip: process.platform !== "linux" }, async () => {
  await using root = await temporaryFolder();
  const pathOf = (number: number): string => join(root.path, `${number}`);
  for (let number = 0; number < 50; number += 1) {
    await writeFile(pathOf(number), `file number ${number}`);
  }
  const files = new OpenFiles();
  const reads = Array.from({ length: 200 }, async (_, round) => {
    const targets = [Buffer.alloc(1), Buffer.alloc(20)];
    const number = (round * 7) % 50;
    const length = await files.read(pathOf(number), 5, targets);
    assert.equal(Buffer.concat(targets, length).toString(), `number ${number}`);
  });
  await Promise.all(reads);
  assert.equal(await openFilesUnder(root.path), 32);
  await files[Symbol.asyncDispose]();
  assert.equal(await openFilesUnder(root.path), 0);
});

it("closes a file that it was told to forget, once its last read is over", { skip: process.platform !== "linux" }, async () => {
  await using root = await temporaryFolder();
  const path = join(root.path, "file");
  await writeFile(path, "content");
  await using files = new OpenFiles();
  const target = Buffer.alloc(7);
  const reading = files.read(path, 0, [target]);
  await files.forget(path);
  assert.equal(await reading, 7);
  assert.equal(target.toString(), "content");
  assert.equal(await openFilesUnder(root.path), 0);
});

it("does not remember that a file was missing", async () => {
  await using root = await temporaryFolder();
  const path = join(root.path, "file");
  await using files = new OpenFiles();
  const target = Buffer.alloc(4);
  const failed = await Promise.allSettled([files.read(path, 0, [target]), files.read(path, 0, [target])]);
  assert.deepEqual(
    failed.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  await writeFile(path, "back");
  assert.equal(await files.read(path, 0, [target]), 4);
  assert.equal(target.toString(), "back");
});

it("reads the file that is there now when another took its place, and closes the one before", async () => {
  await using root = await temporaryFolder();
  const path = join(root.path, "file");
  await using files = new OpenFiles();
  for (const content of ["first", "other", "third"]) {
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
    const targets = [Buffer.alloc(5), Buffer.alloc(5)];
    assert.deepEqual(await Promise.all(targets.map((target) => files.read(path, 0, [target]))), [5, 5]);
    assert.deepEqual(targets.map(String), [content, content]);
  }
  assert.equal(process.platform === "linux" ? await openFilesUnder(root.path) : 1, 1);
});

it("tells that a file is gone that it had kept open", async () => {
  await using root = await temporaryFolder();
  const path = join(root.path, "file");
  await writeFile(path, "content");
  await using files = new OpenFiles();
  const target = Buffer.alloc(7);
  assert.equal(await files.read(path, 0, [target]), 7);
  await rm(path);
  await assert.rejects(files.read(path, 0, [target]), { code: "ENOENT" });
  assert.equal(process.platform === "linux" ? await openFilesUnder(root.path) : 0, 0);
});
