import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runTintype, TintypeProcess } from "../system/tintype-process.ts";
import type { CommandResult } from "../system/tintype-process.ts";

const disk = randomBytes(400_000 - (400_000 % 512));
/** What a command without settings of its own is started with. */
const bare = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TINTYPE|OS)_/.test(name)));

let folder: string;
let data: string;
let server: TintypeProcess;
let withConfig: readonly string[];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-settings-"));
  data = join(folder, "data");
  const config = join(folder, "tt.json");
  withConfig = ["--config", config];
  await writeFile(join(folder, "disk.raw"), disk);
  await writeFile(join(folder, "stores.json"), JSON.stringify({ default: "far", stores: [{ name: "far", dir: "far" }] }));
  await writeFile(config, JSON.stringify({ data: { dir: data }, stores: { file: join(folder, "stores.json") } }));
  server = await TintypeProcess.prepare(data, { TINTYPE_CONFIG_FILE: config });
  await server.start();
  const { code, stderr } = await server.run("image", "import", join(folder, "disk.raw"), "--name", "big");
  assert.equal(code, 0, stderr);
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function store(...words: readonly string[]): Promise<CommandResult> {
  return await runTintype(["store", ...words], bare);
}

test("commands about the store find the server and its stores by its file of settings", async () => {
  const running = await store("stats", ...withConfig, "--json");
  assert.equal(running.code, 0, running.stderr);
  await server.stop();
  const stopped = await store("stats", ...withConfig, "--json");
  assert.equal(stopped.code, 0, stopped.stderr);
  assert.deepEqual(JSON.parse(stopped.stdout), JSON.parse(running.stdout));
  const verified = await store("verify", "--read", ...withConfig, "--data-dir", data);
  assert.match(verified.stdout, /^far: 1 contents, .*damages 0$/m);
  const elsewhere = await store("verify", ...withConfig, "--data-dir", folder);
  assert.match(elsewhere.stderr, /is no data folder of Tintype/);
  await server.start();
});

test("a stop is logged when it begins and when it is over", async () => {
  await server.stop();
  const lines = server.stderr.trim().split("\n");
  const messages = lines.map((line) => (JSON.parse(line) as { msg: string }).msg); // the log is JSON lines
  assert.deepEqual([messages.filter((text) => text === "The service stops").length, messages.at(-1)], [1, "The service has stopped"]);
  await server.start();
});

test("without the settings, the commands and the server refuse to go on, and say which stores are missing", async () => {
  await server.stop();
  for (const words of [["verify"], ["stats"], ["gc"], ["rebuild"]]) {
    const { code, stderr } = await store(...words, "--data-dir", data);
    assert.equal(code, 1, `${words.join(" ")}: ${stderr}`);
    assert.match(stderr, /Images lie in stores that are not configured: "far" \(1 image\)\. .*--config/);
  }
  const ports = { TINTYPE_DATA_DIR: data, TINTYPE_HTTP_PORT: "0", TINTYPE_OBS_PORT: "0" };
  const started = await runTintype(["serve"], { ...bare, ...ports });
  assert.equal(started.code, 1, started.stdout);
  assert.match(started.stderr, /not configured: "far" \(1 image\)/);
  const lost = join(folder, "lost.json");
  await writeFile(lost, JSON.stringify({ stores: [], lost: ["far"] }));
  const given = await runTintype(["store", "stats", "--json"], { ...bare, ...ports, TINTYPE_STORES_FILE: lost });
  assert.equal(given.code, 0, given.stderr);
  await server.start();
});

test("a lost catalog comes back from all stores that the settings name", async () => {
  await server.stop();
  for (const name of (await readdir(data)).filter((file) => file.startsWith("catalog.sqlite"))) {
    await rm(join(data, name));
  }
  const { code, stdout, stderr } = await store("rebuild", ...withConfig, "--json");
  assert.equal(code, 0, stderr);
  assert.equal((JSON.parse(stdout) as { addedImages: number }).addedImages, 1);
  await rm(join(data, "credentials.json"), { force: true });
  await server.start();
});

test("reading a damaged image says so at once, and is counted once and logged with the image's name", async () => {
  const names = (await readdir(join(folder, "far", "packs"), { recursive: true })).filter((name) => name.endsWith(".pack"));
  for (const name of names) {
    const path = join(folder, "far", "packs", name);
    const bytes = await readFile(path);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeInt32LE(~bytes.readInt32LE(middle), middle);
    await writeFile(path, bytes);
  }
  for (let round = 0; round < 2; round += 1) {
    const { code, stderr } = await server.run("disk", "compare", "image:big", join(folder, "disk.raw"));
    assert.notEqual(code, 0);
    assert.match(stderr, /Trying again does not help\. .* heals it.*ops\.contentDamaged/);
  }
  const metrics = await (await fetch(`${server.endpoint}/metrics`)).text();
  assert.match(metrics, /^tintype_store_damages_total\{store="far"\} 1$/m);
  assert.match(metrics, /^tintype_store_damages_total\{store="main"\} 0$/m);
  assert.equal(server.stderr.match(/"level":40[^\n]*"store":"far"[^\n]*"imageName":"big"/g)?.length, 1, server.stderr);
  await server.run("store", "verify", "--read");
  assert.match(await (await fetch(`${server.endpoint}/metrics`)).text(), /^tintype_store_damages_total\{store="far"\} 1$/m);
});
