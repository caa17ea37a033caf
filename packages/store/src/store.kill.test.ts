import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { setTimeout as after } from "node:timers/promises";
import { blobIdOf, filler } from "../test/filler.ts";
import { killedContent } from "../test/killed-content.ts";
import { readBlob } from "../test/read-back.ts";
import { filesUnder, temporaryFolder } from "../test/temporary-folder.ts";
import { openLocalStore } from "./open-local-store.ts";
import type { ChunkStore } from "./store.ts";

const rounds = 15;
const script = join(import.meta.dirname, "../test/write-until-killed.ts");

/** Lets a process write until it has acknowledged some blobs and a moment more, kills it, and answers the acknowledged words. */
async function writeAndKill(folder: string, round: number): Promise<string[]> {
  const [commits = 0, moment = 0] = filler(`round ${round}`, 2);
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, folder, `${round}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  while (printed.split("\n").length <= commits % 6) {
    await Promise.race([once(child.stdout, "data"), ended]);
    assert.equal(child.exitCode, null, "the writing process must not end by itself");
  }
  await after(moment / 8);
  child.kill("SIGKILL");
  assert.deepEqual(await ended, [null, "SIGKILL"]);
  return printed.split("\n").slice(0, -1);
}

async function checkStore(store: ChunkStore, folder: string, acknowledged: readonly string[]): Promise<void> {
  assert.deepEqual(await readdir(join(folder, "tmp")), []);
  for (const word of acknowledged) {
    assert.ok((await readBlob(store, blobIdOf(word))).equals(killedContent(word)), word);
  }
  const packs = (await filesUnder(join(folder, "packs"))).length;
  assert.deepEqual(
    { packs: (await store.stats()).packs, unreadablePacks: (await store.stats()).unreadablePacks },
    { packs, unreadablePacks: 0 },
  );
}

it("has every acknowledged blob whole, and nothing unfinished, after its process was killed at any point", async () => {
  await using folder = await temporaryFolder();
  const all: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const acknowledged = await writeAndKill(folder.path, round);
    all.push(...acknowledged);
    if (round % 5 === 4) {
      await rm(join(folder.path, "index.sqlite"));
    }
    await using store = await openLocalStore(folder.path);
    await checkStore(store, folder.path, acknowledged);
  }
  assert.ok(all.length > rounds);
  await using store = await openLocalStore(folder.path);
  await checkStore(store, folder.path, all);
  for await (const id of store.list()) {
    await using blob = await store.open(id);
    const word = String(blob.record["word"]);
    assert.equal(blobIdOf(word), id);
    assert.ok((await readBlob(store, id)).equals(killedContent(word)));
  }
});
