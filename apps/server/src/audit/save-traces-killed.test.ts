import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

const killsAfterMs = [15, 40, 60, 85, 110, 150];

function start(folder: string, mode = "") {
  const script = join(import.meta.dirname, "testing", "save-traces-until-killed.ts");
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, folder, mode], { stdio: ["ignore", "pipe", "inherit"] });
}

test("every trace lies in one file, however often the process that saves them is killed", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "traces-killed-"));
  for (const afterMs of killsAfterMs) {
    const child = start(folder.path);
    await once(child.stdout, "data");
    await delay(afterMs);
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const output = await text(start(folder.path, "finish").stdout);
  // The line that says that it started comes first.
  const { kept, saved, removals } = JSON.parse(output.split("\n").at(-1) ?? "") as Record<"kept" | "saved" | "removals", string[]>;
  assert.ok(kept.length >= killsAfterMs.length * 2, `${kept.length} traces`);
  assert.deepEqual(saved.toSorted(), kept.toSorted());
  assert.deepEqual(removals, []);
});
