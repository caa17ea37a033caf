import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { blobIdOf } from "../../../../../packages/store/test/filler.ts";
import { openKilledSet, replicatedBlobs, replicatedContent } from "./testing/replicate-until-killed.ts";

/** After how many copies, and how many milliseconds more, the process is killed. */
const kills = [
  [0, 5],
  [0, 20],
  [1, 3],
  [2, 9],
  [4, 1],
  [7, 14],
] as const;

/** Lets a process copy, and kills it. */
async function copyAndKill(folder: string, [copies, moreMs]: (typeof kills)[number]): Promise<void> {
  const script = join(import.meta.dirname, "testing", "replicate-until-killed.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  while (printed.split("\n").length - 2 < copies) {
    await Promise.race([once(child.stdout, "data"), ended]);
    assert.equal(child.exitCode, null, "the copying process must not end by itself");
  }
  await delay(moreMs);
  child.kill("SIGKILL");
  assert.deepEqual(await ended, [null, "SIGKILL"]);
}

test("a copy is in the other store whole or not at all, however often its process is killed", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "replicate-killed-"));
  let copies = 0;
  for (const kill of kills) {
    await copyAndKill(folder.path, kill);
    const { stores, store } = await openKilledSet(folder.path);
    await using _closing = store;
    assert.deepEqual(await readdir(join(folder.path, "other", "tmp")), []);
    for (let number = 0; number < replicatedBlobs; number += 1) {
      const id = blobIdOf(`replicated ${number}`);
      for (const name of await stores.holding(id)) {
        await using blob = await stores.find(name)?.blobs.open(id);
        const content = replicatedContent(number);
        assert.ok(content.equals((await blob?.read(0, content.length)) ?? Buffer.alloc(0)), `${number} in ${name}`);
        assert.deepEqual(blob?.record, { number });
        copies += name === "other" ? 1 : 0;
      }
    }
    for (const { blobs } of stores.all) {
      const findings = await Array.fromAsync(blobs.verify({ read: true }));
      assert.deepEqual(
        findings.filter(({ severity }) => severity === "damage"),
        [],
      );
    }
  }
  assert.ok(copies > 0);
});
