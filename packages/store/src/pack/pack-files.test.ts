import assert from "node:assert/strict";
import { mkdir, readdir, readlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { it } from "node:test";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { StoreFolder } from "../folder/store-folder.ts";
import { PackFiles } from "./pack-files.ts";

const nameOf = (number: number): string => number.toString(16).padStart(2, "0").padEnd(32, "0");

async function openPacksUnder(root: string): Promise<number> {
  const links = await Promise.allSettled((await readdir("/proc/self/fd")).map((fd) => readlink(`/proc/self/fd/${fd}`)));
  return links.filter((link) => link.status === "fulfilled" && link.value.startsWith(root) && link.value.endsWith(".pack")).length;
}

it("reads from any number of packs at once, and keeps few of them open", { skip: process.platform !== "linux" }, async () => {
  await using root = await temporaryFolder();
  await using folder = await StoreFolder.open(root.path, { chunkSizeBytes: 4096 });
  for (let number = 0; number < 50; number += 1) {
    await mkdir(dirname(folder.packPath(nameOf(number))), { recursive: true });
    await writeFile(folder.packPath(nameOf(number)), `pack number ${number}`);
  }
  const packs = new PackFiles(folder);
  const reads = Array.from({ length: 200 }, async (_, round) => {
    const targets = [Buffer.alloc(1), Buffer.alloc(20)];
    const number = (round * 7) % 50;
    const length = await packs.read(nameOf(number), 5, targets);
    assert.equal(Buffer.concat(targets, length).toString(), `number ${number}`);
  });
  await Promise.all(reads);
  assert.equal(await openPacksUnder(root.path), 32);
  await packs[Symbol.asyncDispose]();
  assert.equal(await openPacksUnder(root.path), 0);
});

it("does not remember that a pack was missing", async () => {
  await using root = await temporaryFolder();
  await using folder = await StoreFolder.open(root.path, { chunkSizeBytes: 4096 });
  await using packs = new PackFiles(folder);
  const path = folder.packPath(nameOf(1));
  const target = Buffer.alloc(4);
  const failed = await Promise.allSettled([packs.read(nameOf(1), 0, [target]), packs.read(nameOf(1), 0, [target])]);
  assert.deepEqual(
    failed.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  await mkdir(dirname(path));
  await writeFile(path, "back");
  assert.equal(await packs.read(nameOf(1), 0, [target]), 4);
  assert.equal(target.toString(), "back");
});
