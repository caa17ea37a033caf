import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProjectId } from "../../ports/ids.ts";
import { KeyWorld } from "../../testing/key-world.ts";
import { localMaterial } from "../local-keys/local-material.ts";
import type { KeyRecord } from "./key-record.ts";
import { RegisteredKeys } from "./registered-keys.ts";

const newKey = { projectId: "p" as ProjectId, alias: "a", description: "", enterpriseProjectId: "0", isDefault: false };

test("a change whose file cannot be written has not happened, and the next one works", async () => {
  await using world = await KeyWorld.open();
  let saved: readonly KeyRecord[] = [];
  let full = true;
  const destroyed: string[] = [];
  const keys = await RegisteredKeys.open({
    file: {
      load: async () => [],
      save: async (records) => {
        if (full) {
          throw new Error("ENOSPC");
        }
        saved = records;
      },
    },
    material: { ...localMaterial, destroy: async ({ id }) => void destroyed.push(id) },
    clock: world.clock,
    ids: world.ids,
    log: world.log,
  });
  await assert.rejects(keys.createKey(newKey, { mostInProject: 1 }), /ENOSPC/);
  assert.equal(destroyed.length, 1, "bits of a key that nobody heard of are given back");
  assert.deepEqual(await keys.listKeys(newKey.projectId), []);
  full = false;
  const { id } = await keys.createKey(newKey, { mostInProject: 1 });
  full = true;
  await assert.rejects(keys.disable(id), /ENOSPC/);
  assert.equal((await keys.getKey(id))?.state, "enabled");
  assert.equal(saved[0]?.state, "enabled");
});
