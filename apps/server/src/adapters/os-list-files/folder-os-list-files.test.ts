import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import type { OsListSource } from "../../ports/os-list-files.ts";
import { folderOsListFiles } from "./folder-os-list-files.ts";

async function inFolder(work: (folder: string, read: () => Promise<readonly OsListSource[]>) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), "tintype-os-lists-"));
  try {
    const folder = join(parent, "lists");
    await mkdir(folder);
    await work(folder, async () => await folderOsListFiles(folder).read());
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

test("the JSON files of a folder are read by name; others and hidden ones are left alone", async () => {
  await inFolder(async (folder, read) => {
    await writeFile(join(folder, "b.json"), "[2]");
    await writeFile(join(folder, "a.json"), "\uFEFF[1]");
    await writeFile(join(folder, "notes.txt"), "x");
    await writeFile(join(folder, ".hidden.json"), "x");
    assert.deepEqual(await read(), [
      { name: "a", content: [1] },
      { name: "b", content: [2] },
    ]);
  });
});

test("a folder that is not there, or that is a file, is told", async () => {
  await inFolder(async (folder) => {
    const missing = join(folder, "missing");
    assert.deepEqual(await folderOsListFiles(missing).read(), [{ name: missing, problem: "it is not there" }]);
    await writeFile(join(folder, "file"), "x");
    assert.deepEqual(await folderOsListFiles(join(folder, "file")).read(), [{ name: join(folder, "file"), problem: "it is no folder" }]);
  });
});

/** Makes `list.json` in the folder. */
const bad: readonly (readonly [title: string, make: (folder: string) => Promise<unknown>, problem: RegExp])[] = [
  ["is not JSON", (folder) => writeFile(join(folder, "list.json"), "root:x:0:0"), /^it is not JSON/],
  ["breaks off", (folder) => writeFile(join(folder, "list.json"), '{\n "use": '), /^it is not JSON/],
  ["is empty", (folder) => writeFile(join(folder, "list.json"), ""), /^it is empty$/],
  ["is not in UTF-8", (folder) => writeFile(join(folder, "list.json"), Buffer.from([0x22, 0xff, 0x22])), /^it is not in UTF-8$/],
  [
    "is huge",
    (folder) => writeFile(join(folder, "list.json"), Buffer.alloc(256 * 1024 + 1, 0x20)),
    /^it has 262145 bytes; 262144 is the most$/,
  ],
  ["is a folder", (folder) => mkdir(join(folder, "list.json")), /^it is no file$/],
  ["is a pipe that nobody writes to", (folder) => promisify(execFile)("mkfifo", [join(folder, "list.json")]), /^it is no file$/],
  ["is a link to nowhere", (folder) => symlink(join(folder, "gone"), join(folder, "list.json")), /^it is not there$/],
  ["is a link to itself", (folder) => symlink("list.json", join(folder, "list.json")), /^it is a link that leads nowhere$/],
  ["is a link to a device", (folder) => symlink("/dev/zero", join(folder, "list.json")), /^it is a link that leads out of the folder$/],
];

for (const [title, make, problem] of bad) {
  test(`R-236: a file that ${title} is told with the reason, and nothing of what is in it`, async () => {
    await inFolder(async (folder, read) => {
      await make(folder);
      const [source] = await read();
      assert.ok(source !== undefined && "problem" in source && source.name === "list");
      assert.match(source.problem, problem);
      assert.doesNotMatch(source.problem, /root/);
    });
  });
}

test("R-236: a link is followed to a file of the same folder, as mounted settings have it, and not out of it", async () => {
  await inFolder(async (folder, read) => {
    await mkdir(join(folder, "..data"));
    await writeFile(join(folder, "..data", "list.json"), "[1]");
    await symlink(join("..data", "list.json"), join(folder, "list.json"));
    assert.deepEqual(await read(), [{ name: "list", content: [1] }]);
    // A folder whose name begins alike is another one.
    await mkdir(`${folder}-other`);
    await writeFile(join(`${folder}-other`, "list.json"), "[2]");
    await symlink(join(`${folder}-other`, "list.json"), join(folder, "other.json"));
    assert.deepEqual((await read())[1], { name: "other", problem: "it is a link that leads out of the folder" });
  });
});

test("a file that the service may not read is told", { skip: process.getuid?.() === 0 }, async () => {
  await inFolder(async (folder, read) => {
    await writeFile(join(folder, "list.json"), "[1]");
    await chmod(join(folder, "list.json"), 0);
    assert.deepEqual(await read(), [{ name: "list", problem: "the service may not read it" }]);
  });
});

test("more than 100 files, and names that are none of lists, are refused", async () => {
  await inFolder(async (folder, read) => {
    await writeFile(join(folder, "Upper Case.json"), "[1]");
    assert.match(JSON.stringify(await read()), /its name must consist of/);
    await Promise.all(Array.from({ length: 100 }, (_, index) => writeFile(join(folder, `${index}.json`), "[1]")));
    assert.deepEqual(await read(), [{ name: folder, problem: "it holds 101 files of lists; 100 is the most" }]);
  });
});
