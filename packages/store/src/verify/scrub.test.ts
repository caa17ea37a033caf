import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { blobIdOf, filler } from "../../test/filler.ts";
import { flipByte } from "../../test/flip-byte.ts";
import { readBlob, writeBlob } from "../../test/read-back.ts";
import { filesUnder, temporaryFolder } from "../../test/temporary-folder.ts";
import { openLocalStore } from "../open-local-store.ts";
import { readPackIndex } from "../pack/read-pack-index.ts";
import type { ChunkStore } from "../store.ts";
import { nameOfFile } from "../store-names.ts";
import type { Finding } from "./finding.ts";

const chunk = 16_384;
const blobs = ["a", "b", "c", "d"].map((word) => ({ id: blobIdOf(word), content: filler(word, 12 * chunk) }));
const stepBytes = 100_000;

const reopen = (root: string): Promise<ChunkStore> =>
  openLocalStore(root, { chunkSizeBytes: chunk, packBytes: 4 * chunk, workers: 1, cacheBytes: 0 });

async function withBlobs(work: (blobs: { store: ChunkStore; root: string; packs: readonly string[] }) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  await using store = await reopen(folder.path);
  for (const { id, content } of blobs) {
    await writeBlob(store, id, content);
  }
  await work({ store, root: folder.path, packs: (await filesUnder(folder.path)).filter((file) => file.endsWith(".pack")) });
}

async function packsWithoutLists(store: ChunkStore, packs: readonly string[]): Promise<string[]> {
  const indexes = await Promise.all(packs.map((file) => readPackIndex(store.parts.backend, nameOfFile(file) ?? "")));
  return packs.filter((_, number) => indexes[number]?.every(({ rawLength }) => rawLength === chunk));
}

/** Scrubs to the end of the store. */
async function scrubRound(store: ChunkStore): Promise<{ bytesRead: number; steps: number; findings: Finding[] }> {
  const round = { bytesRead: 0, steps: 0, findings: [] as Finding[] };
  for (let wrapped = false; !wrapped; round.steps += 1) {
    const step = await store.scrub({ bytes: stepBytes });
    assert.ok(step.bytesRead < stepBytes + chunk);
    round.bytesRead += step.bytesRead;
    round.findings.push(...step.findings);
    ({ wrapped } = step);
  }
  return round;
}

describe("a scrub", () => {
  it("reads every stored byte once in a round of small steps, and begins anew", () =>
    withBlobs(async ({ store }) => {
      const { storedBytes } = await store.stats();
      const rounds = [await scrubRound(store), await scrubRound(store)];
      for (const { bytesRead, steps, findings } of rounds) {
        assert.deepEqual([bytesRead, findings], [storedBytes, []]);
        assert.ok(steps >= storedBytes / stepBytes);
      }
    }));

  it("goes on where it stopped after the store was opened anew", () =>
    withBlobs(async ({ store, root }) => {
      const { storedBytes } = await store.stats();
      const { bytesRead } = await store.scrub({ bytes: stepBytes });
      await store[Symbol.asyncDispose]();
      await using opened = await reopen(root);
      assert.equal(bytesRead + (await scrubRound(opened)).bytesRead, storedBytes);
    }));

  it("finds damage anywhere, names the blobs, and lets the next import heal them", () =>
    withBlobs(async ({ store, root, packs }) => {
      // A blob whose list is damaged too would not be known to need the rest.
      const [first = "", second = "", third = ""] = await packsWithoutLists(store, packs);
      await flipByte(join(root, first), 40);
      await flipByte(join(root, second), 3);
      await rm(join(root, third));
      const { findings } = await scrubRound(store);
      assert.deepEqual(
        // In which order one step tells of several packs is left open.
        new Set(
          findings
            .filter(({ kind }) => kind !== "blob")
            .map(({ kind, file, severity, blobCount }) => `${kind} ${file} ${severity} ${blobCount}`),
        ),
        new Set([`chunk ${first} damage 1`, `pack ${second} damage 1`, `pack ${third} damage 1`]),
      );
      // The round comes to the blobs themselves, too.
      const hurt = new Set(findings.filter(({ kind }) => kind === "blob").flatMap(({ blobs }) => blobs));
      assert.deepEqual(hurt, new Set(findings.flatMap(({ blobs }) => blobs)));
      for (const { content } of blobs) {
        await writeBlob(store, blobIdOf(`again ${content.toString("hex", 0, 8)}`), content);
      }
      const after = await scrubRound(store);
      assert.deepEqual(
        after.findings.filter(({ severity }) => severity === "damage"),
        [],
      );
      for (const { id, content } of blobs) {
        assert.ok((await readBlob(store, id)).equals(content));
      }
    }));

  it("finds damaged manifests and a damaged format file", () =>
    withBlobs(async ({ store, root }) => {
      const manifest = (await filesUnder(root)).find((file) => file.endsWith(".manifest")) ?? "";
      await flipByte(join(root, manifest), 20);
      await flipByte(join(root, "format"), 20);
      assert.deepEqual(
        (await scrubRound(store)).findings.map(({ kind, file }) => [kind, file]),
        [
          ["manifest", manifest],
          ["format", "format"],
        ],
      );
    }));

  it("comes to an end in an empty store, and stops when it is told to", async () => {
    await using folder = await temporaryFolder();
    await using store = await reopen(folder.path);
    for (const wrapped of [false, true, false, true]) {
      assert.deepEqual(await store.scrub({ bytes: 64 * 2 ** 20 }), { bytesRead: 0, findings: [], wrapped });
    }
    const reason = new Error("enough");
    await assert.rejects(store.scrub({ bytes: stepBytes, signal: AbortSignal.abort(reason) }), reason);
  });
});
