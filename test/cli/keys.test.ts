import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { TintypeProcess } from "../system/tintype-process.ts";

let folder: string;
let server: TintypeProcess;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-keys-"));
  server = await TintypeProcess.prepare(join(folder, "data"));
  await server.start();
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface KeyJson {
  readonly id: string;
  readonly alias: string;
  readonly state: string;
  readonly createdAt: string;
  readonly deleteAt?: string;
}

async function key(...words: readonly string[]): Promise<KeyJson> {
  const { code, stdout, stderr } = await server.run("key", ...words, "--json");
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as KeyJson; // the shape that docs/cli.md promises
}

test("a key is created, listed, disabled, enabled, rotated, deleted and restored, by alias and by id", async () => {
  const made = await key("create", "web", "--description", "for web servers");
  assert.deepEqual([made.alias, made.state], ["web", "enabled"]);
  const list = await server.run("key", "list");
  assert.equal(list.stdout, `${made.id}\tweb\tenabled\t${made.createdAt}\t\n`);
  assert.equal((await key("disable", "web")).state, "disabled");
  assert.equal((await key("enable", made.id)).state, "enabled");
  assert.equal((await key("rotate", "web")).state, "enabled");
  const pending = await key("delete", "web", "--days", "7");
  assert.equal(pending.state, "pendingDeletion");
  assert.ok(Date.parse(pending.deleteAt ?? "") > Date.parse(made.createdAt) + 6 * 86_400_000);
  assert.equal((await key("restore", made.id)).state, "disabled");
});

test("what cannot be is told with its exit code", async () => {
  const missing = await server.run("key", "disable", "no-such-key");
  assert.equal(missing.code, 3);
  assert.match(missing.stderr, /There is no key "no-such-key"/);
  assert.equal((await server.run("key", "enable", "not an alias")).code, 3);
  const early = await server.run("key", "delete", (await key("create", "early")).id, "--days", "1");
  assert.equal(early.code, 1);
  assert.match(early.stderr, /7 to 1096 days/);
});
