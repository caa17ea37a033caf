import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { TintypeProcess } from "../system/tintype-process.ts";

let folder: string;
let server: TintypeProcess;
const disk = randomBytes(3 * 1024 * 1024);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-store-"));
  await writeFile(join(folder, "disk.raw"), disk);
  server = await TintypeProcess.prepare(join(folder, "data"));
  await server.start();
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await server.run(...words);
  assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
  return stdout;
}

async function answer(...words: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await run("store", ...words, "--json")) as Record<string, unknown>; // objects, as docs/cli.md says
}

/** What a command says through the server, and what it says of the folder once the server is stopped. */
async function bothWays(...words: readonly string[]): Promise<unknown> {
  const throughServer = await answer(...words);
  await server.stop();
  const ofFolder = await answer(...words);
  await server.start();
  assert.deepEqual(ofFolder, throughServer);
  return ofFolder;
}

test("the store is shown, checked and collected with the same answers through the server and without it", async () => {
  await run("image", "import", join(folder, "disk.raw"), "--name", "kept");
  const stats = (await bothWays("stats")) as { images: number; logicalBytes: number; projects: { images: number }[] };
  assert.equal(stats.images, 1);
  assert.equal(stats.projects[0]?.images, 1);
  const checked = (await bothWays("verify", "--read")) as { bytesRead: number; damages: number };
  assert.ok(checked.bytesRead >= disk.length);
  assert.equal(checked.damages, 0);
  const dry = (await bothWays("gc", "--dry-run", "--grace", "0")) as { freedBytes: number; deadChunks: number };
  assert.deepEqual([dry.freedBytes, dry.deadChunks], [0, 0]);
});

test("space of a deleted image comes back", async () => {
  const other = randomBytes(2 * 1024 * 1024);
  await writeFile(join(folder, "other.raw"), other);
  await run("image", "import", join(folder, "other.raw"), "--name", "gone");
  const [preview] = JSON.parse(await run("image", "delete", "gone", "kept", "--dry-run", "--json")) as { uniqueBytes: number }[];
  assert.ok((preview?.uniqueBytes ?? 0) >= other.length);
  await run("image", "delete", "gone", "--yes");
  const report = await answer("gc", "--grace", "0");
  assert.ok(Number(report["freedBytes"]) >= other.length, JSON.stringify(report));
  assert.match(await run("store", "gc", "--dry-run"), /chunks not in use\t0/);
});

test("a lost catalog comes back from a backup, and what is newer from the store", async () => {
  const { place } = await answer("backup");
  await run("image", "import", join(folder, "disk.raw"), "--name", "newer");
  const refused = await server.run("store", "rebuild");
  assert.equal(refused.code, 64);
  assert.match(refused.stderr, /Stop it first/);
  await server.stop();
  const data = join(folder, "data");
  for (const name of await readdir(data)) {
    if (name.startsWith("catalog.sqlite")) {
      await rm(join(data, name));
    }
  }
  await writeFile(join(data, "catalog.sqlite"), await readFile(String(place)));
  const rebuilt = await answer("rebuild");
  assert.deepEqual([rebuilt["addedImages"], rebuilt["unreadable"]], [1, []]);
  await server.start();
  await run("image", "export", "newer", "--format", "qcow2", "--output", join(folder, "newer.qcow2"));
  await run("disk", "convert", join(folder, "newer.qcow2"), join(folder, "newer.raw"), "-O", "raw");
  assert.ok((await readFile(join(folder, "newer.raw"))).equals(disk));
});

test("damage ends a verification with exit code 6 and names the image", async () => {
  await server.stop();
  const packs = join(folder, "data", "store", "packs");
  const names = (await readdir(packs, { recursive: true })).filter((name) => name.endsWith(".pack"));
  for (const name of names) {
    const bytes = await readFile(join(packs, name));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(join(packs, name), bytes);
  }
  const { code, stdout } = await server.run("store", "verify", "--read");
  assert.equal(code, 6, stdout);
  assert.match(stdout, /Images that suffer: .*kept/);
  await server.start();
});

test("a folder that is no data folder is refused, and stays as it is", async () => {
  const { code, stderr } = await server.run("store", "stats", "--data-dir", folder);
  assert.equal(code, 3);
  assert.match(stderr, /is no data folder of Tintype/);
  assert.equal((await readdir(folder)).includes("store"), false);
});
