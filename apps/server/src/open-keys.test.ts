import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig } from "./config/load-config.ts";
import { openKeys } from "./open-keys.ts";
import type { ProjectId } from "./ports/ids.ts";
import { StartError } from "./start-error.ts";
import { KeyWorld } from "./testing/key-world.ts";

/** Opens the keys that these variables name; `file` has been put in a folder before, with that mode. */
async function open(world: KeyWorld, env: Record<string, string>) {
  const { config, credentialsFolder } = await loadConfig({ argv: [], env, readFile: async (path) => Promise.reject(new Error(path)) });
  const { clock, ids, log } = world;
  return await openKeys({ settings: config.keys, dataDir: join(world.folder, ".."), credentialsFolder, clock, ids, log });
}

async function put(world: KeyWorld, name: string, text: string, mode = 0o600): Promise<string> {
  const folder = join(world.folder, "..", "secrets");
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  await writeFile(path, text, { mode });
  return path;
}

const newKey = { projectId: "p" as ProjectId, alias: "a", description: "", enterpriseProjectId: "0", isDefault: false };
const startError = (words: RegExp) => (error: unknown) => error instanceof StartError && words.test(error.message);

for (const [name, text, mode, words] of [
  ["missing", undefined, 0, /cannot be read/],
  ["empty", "\n", 0o600, /is empty/],
  ["readable by everyone", "secret", 0o604, /chmod 600/],
  ["far too long", "x".repeat(5000), 0o600, /more than 4096 bytes/],
] as const) {
  test(`a passphrase file that is ${name} refuses the start, and makes no keys`, async () => {
    await using world = await KeyWorld.open();
    const path = text === undefined ? "/no/such/file" : await put(world, "passphrase", text, mode);
    await assert.rejects(open(world, { TINTYPE_KEYS_PASSPHRASE_FILE: path }), startError(words));
    await assert.rejects(readdir(world.folder), /ENOENT/);
  });
}

test("the passphrase comes from its file or from the systemd credential, and a line's end does not count", async () => {
  await using world = await KeyWorld.open();
  const path = await put(world, "tintype-keys", "the passphrase\n");
  const { id } = await (await open(world, { TINTYPE_KEYS_PASSPHRASE_FILE: path })).createKey(newKey, { mostInProject: 1 });
  const again = await open(world, { CREDENTIALS_DIRECTORY: join(path, "..") });
  assert.ok(await again.getKey(id));
  await assert.rejects(open(world, {}), startError(/none is set/));
  await assert.rejects(open(world, { CREDENTIALS_DIRECTORY: world.folder }), startError(/none is set/));
  await writeFile(path, "another");
  await assert.rejects(open(world, { CREDENTIALS_DIRECTORY: join(path, "..") }), startError(/passphrase is not the one/));
});

test("settings that name a Vault by half, or two keepers of keys, refuse the start", async () => {
  await using world = await KeyWorld.open();
  const token = await put(world, "token", "t");
  const address = "http://127.0.0.1:1";
  await assert.rejects(open(world, { TINTYPE_KEYS_VAULT_ADDRESS: address }), startError(/TINTYPE_KEYS_VAULT_TOKEN_FILE/));
  await assert.rejects(open(world, { TINTYPE_KEYS_VAULT_TOKEN_FILE: token }), startError(/TINTYPE_KEYS_VAULT_ADDRESS is not/));
  await assert.rejects(open(world, { TINTYPE_KEYS_VAULT_NAMESPACE: "n" }), startError(/TINTYPE_KEYS_VAULT_ADDRESS is not/));
  const both = { TINTYPE_KEYS_VAULT_ADDRESS: address, TINTYPE_KEYS_VAULT_TOKEN_FILE: token, TINTYPE_KEYS_PASSPHRASE_FILE: token };
  await assert.rejects(open(world, both), startError(/TINTYPE_KEYS_PASSPHRASE_FILE is set/));
  const { TINTYPE_KEYS_PASSPHRASE_FILE: _, ...vault } = both;
  await open(world, vault);
  assert.match(world.warnings.join(), /cannot use its Vault/);
});
