import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import type { KeyId } from "../../ports/key-service.ts";
import { KeyWorld } from "../../testing/key-world.ts";

const program = new URL("testing/make-keys.ts", import.meta.url).pathname;

/** Runs the program until it has acknowledged so many changes, kills it, and answers what was acknowledged last of every key. */
async function killedAfter(folder: string, changes: number): Promise<ReadonlyMap<KeyId, string>> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged = new Map<KeyId, string>();
  let seen = 0;
  const ended = once(child, "close");
  for await (const line of createInterface({ input: child.stdout })) {
    const [state = "", id = ""] = line.split(" ");
    if (id.length === 36) {
      acknowledged.set(id as KeyId, state);
    }
    seen += 1;
    if (seen === changes) {
      child.kill("SIGKILL");
    }
  }
  await ended;
  return acknowledged;
}

test("kill -9 at any moment of a write loses no key and no change that was acknowledged", async () => {
  await using world = await KeyWorld.open();
  for (const changes of [1, 2, 3, 7, 20, 33, 50, 71]) {
    const acknowledged = await killedAfter(world.folder, changes);
    const keys = await world.local();
    assert.ok(acknowledged.size > 0);
    for (const [id, state] of acknowledged) {
      const key = await keys.getKey(id);
      // The change after the last one that was told may have been made and not told.
      assert.ok(key?.state === state || (state === "enabled" && key?.state === "disabled"), `${id} ${state} ${key?.state}`);
      if (key?.state === "enabled") {
        await keys.createDataKey(id);
      }
    }
  }
});
