import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProjectId } from "../ports/ids.ts";
import { KeyWorld } from "../testing/key-world.ts";
import { defaultImageKey } from "./default-image-key.ts";

const project = "p" as ProjectId;

test("R-169: the default key ims/default is made on demand, exactly once under 50 calls at once", async () => {
  await using world = await KeyWorld.open();
  const keys = await world.local();
  assert.deepEqual(await keys.listKeys(project), []);
  const answers = await Promise.all(Array.from({ length: 50 }, async () => defaultImageKey(keys, project)));
  assert.equal(new Set(answers.map(({ id }) => id)).size, 1);
  const [key, ...others] = await keys.listKeys(project);
  assert.deepEqual(others, []);
  assert.deepEqual([key?.alias, key?.isDefault, key?.state], ["ims/default", true, "enabled"]);
  assert.deepEqual(await defaultImageKey(await world.local(), project), key, "it is the same after a restart");
  assert.notEqual((await defaultImageKey(keys, "q" as ProjectId)).id, key?.id, "each project has its own");
});

test("a default key that cannot be made says why", async () => {
  await using world = await KeyWorld.open();
  const keys = await world.local();
  const failing: typeof keys = Object.assign(Object.create(keys), {
    listKeys: async () => [],
    createKey: async () => Promise.reject(new Error("ENOSPC")),
  });
  await assert.rejects(defaultImageKey(failing, project), /ENOSPC/);
});
