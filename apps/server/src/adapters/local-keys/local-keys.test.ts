import assert from "node:assert/strict";
import { chmod, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ProjectId } from "../../ports/ids.ts";
import type { KeyService } from "../../ports/key-service.ts";
import { keyServiceContract } from "../../ports/key-service.contract.ts";
import { KeyWorld } from "../../testing/key-world.ts";
import { KeySetupError } from "../key-register/key-setup-error.ts";
import { openLocalKeys } from "./open-local-keys.ts";

for (const passphrase of [undefined, "correct horse"]) {
  keyServiceContract(async () => {
    const world = await KeyWorld.open();
    return {
      keys: await world.local(passphrase),
      advance: (ms) => world.clock.advance(ms),
      reopen: async () => world.local(passphrase),
      [Symbol.asyncDispose]: async () => world[Symbol.asyncDispose](),
    };
  });
}

const newKey = { projectId: "p" as ProjectId, alias: "a", description: "", enterpriseProjectId: "0", isDefault: false };

async function oneKey(keys: KeyService) {
  const { id } = await keys.createKey(newKey, { mostInProject: 10 });
  return { id, ...(await keys.createDataKey(id)) };
}

const setupError = (words: RegExp) => (error: unknown) => error instanceof KeySetupError && words.test(error.message);

test("a wrong passphrase is told as such, and the file stays as it was", async () => {
  await using world = await KeyWorld.open();
  const { plain, wrapped } = await oneKey(await world.local("right"));
  const path = join(world.folder, "master-keys.json");
  const before = await readFile(path);
  await assert.rejects(world.local("wrong"), setupError(/passphrase is not the one/));
  await assert.rejects(world.local(), setupError(/sealed with a passphrase, and none is set/));
  assert.deepEqual(await readFile(path), before);
  assert.deepEqual(await readdir(world.folder), ["master-keys.json"]);
  assert.deepEqual(Buffer.from(await (await world.local("right")).decryptDataKey(wrapped)), Buffer.from(plain));
});

test("files and folder are for their owner alone, and no key lies in them in the clear", async () => {
  await using world = await KeyWorld.open();
  await oneKey(await world.local());
  assert.deepEqual((await readdir(world.folder)).toSorted(), ["master-keys.json", "seal-key"]);
  assert.equal((await stat(world.folder)).mode & 0o777, 0o700);
  for (const name of await readdir(world.folder)) {
    assert.equal((await stat(join(world.folder, name))).mode & 0o777, 0o600);
  }
  const text = await readFile(join(world.folder, "master-keys.json"), "utf8");
  assert.doesNotMatch(text, /material|alias/);
});

test("without a passphrase the first key and every start with keys warn that they lie beside what they protect", async () => {
  await using world = await KeyWorld.open();
  const keys = await world.local();
  assert.deepEqual(world.warnings, [], "there is nothing to take yet");
  await oneKey(keys);
  assert.match(world.warnings.join(), /whoever takes this disk takes the keys/);
  await world.local();
  assert.equal(world.warnings.length, 2);
  await world.local("p");
  await world.local("p");
  assert.equal(world.warnings.length, 2);
});

test("a file sealed by the key beside it is sealed anew when a passphrase comes, and the key beside it goes", async () => {
  await using world = await KeyWorld.open();
  const { plain, wrapped } = await oneKey(await world.local());
  await world.local("new");
  assert.deepEqual(await readdir(world.folder), ["master-keys.json"]);
  assert.deepEqual(Buffer.from(await (await world.local("new")).decryptDataKey(wrapped)), Buffer.from(plain));
  await assert.rejects(world.local(), KeySetupError);
});

test("a seal key that a crash left beside a file with a passphrase is removed by the next start", async () => {
  await using world = await KeyWorld.open();
  await oneKey(await world.local("p"));
  await writeFile(join(world.folder, "seal-key"), Buffer.alloc(32, 1), { mode: 0o600 });
  await world.local("p");
  assert.deepEqual(await readdir(world.folder), ["master-keys.json"]);
});

test("a missing, damaged, foreign or readable seal key refuses the start", async () => {
  await using world = await KeyWorld.open();
  await oneKey(await world.local());
  const path = join(world.folder, "seal-key");
  const right = await readFile(path);
  await chmod(path, 0o644);
  await assert.rejects(world.local(), setupError(/chmod 600/));
  await rm(path);
  await assert.rejects(world.local(), setupError(/cannot be read/));
  await writeFile(path, right.subarray(1), { mode: 0o600 });
  await assert.rejects(world.local(), setupError(/31 bytes/));
  await writeFile(path, Buffer.alloc(32, 7), { mode: 0o600 });
  await assert.rejects(world.local(), setupError(/not the one/));
});

test("whichever byte of the file is changed, nothing opens", async () => {
  await using world = await KeyWorld.open();
  await oneKey(await world.local());
  const path = join(world.folder, "master-keys.json");
  const right = await readFile(path, "utf8");
  const marks = ['"nonce": "', '"sealed": "', '"check": "', '"kind": "', '"format": "', '"version": '];
  for (const mark of marks) {
    const at = right.indexOf(mark) + mark.length;
    const other = right[at] === "A" ? "B" : mark.includes("version") ? "2" : "A";
    await writeFile(path, right.slice(0, at) + other + right.slice(at + 1));
    await assert.rejects(world.local(), KeySetupError, mark);
  }
  for (const text of ["", "{}", "null", "[]", right.slice(0, -20), right.replace(/"sealed": "[^"]*"/, '"sealed": ""')]) {
    await writeFile(path, text);
    await assert.rejects(world.local(), KeySetupError, text.slice(0, 20));
  }
  await writeFile(path, right);
  await world.local();
});

test("costs in the file that would eat memory or time are refused before anything is derived", async () => {
  await using world = await KeyWorld.open();
  await oneKey(await world.local("p"));
  const path = join(world.folder, "master-keys.json");
  const right = await readFile(path, "utf8");
  for (const [field, value] of [
    ["N", 2 ** 30],
    ["N", 1000],
    ["N", "1024"],
    ["r", 1e6],
    ["p", 0],
    ["p", 1e9],
  ] as const) {
    await writeFile(path, right.replace(new RegExp(`"${field}": \\d+`), `"${field}": ${JSON.stringify(value)}`));
    await assert.rejects(world.local("p"), setupError(/costs/));
  }
});

test("the documented cost of a passphrase, 2^17, stands in the file", async () => {
  await using world = await KeyWorld.open();
  const { folder, clock, ids, log } = world;
  await oneKey(await openLocalKeys({ folder, passphrase: "p", clock, ids, log }));
  assert.match(await readFile(join(folder, "master-keys.json"), "utf8"), /"N": 131072/);
});

test("a key whose deletion came is not in the file any more after the next change", async () => {
  await using world = await KeyWorld.open();
  const keys = await world.local();
  const { id } = await oneKey(keys);
  await keys.scheduleDeletion(id, 7);
  const path = join(world.folder, "master-keys.json");
  const { length: withKey } = await readFile(path);
  world.clock.advance(7 * 24 * 60 * 60 * 1000);
  await keys.listKeys(newKey.projectId);
  assert.ok((await readFile(path)).length < withKey - 100);
});
