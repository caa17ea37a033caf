import assert from "node:assert/strict";
import { it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { blobIdOf, filler } from "../../test/filler.ts";
import { foundIn } from "../../test/found-in.ts";
import { readBlob, writeBlob } from "../../test/read-back.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import type { Backend } from "../backend/backend.ts";
import { memoryBackend } from "../backend/memory/memory-backend.ts";
import { faultyBackend } from "../backend/testing/faulty-backend.ts";
import { openChunkStore } from "../open-chunk-store.ts";
import { manifestsPrefix } from "../store-names.ts";

const chunk = 4096;
const contentOf = (word: string): Buffer => Buffer.concat([filler("shared", 5 * chunk), filler(word, 6 * chunk)]);

it("takes nothing for damage that writers, removals and collections do meanwhile, however slow the backend is", async () => {
  await using folder = await temporaryFolder();
  let calls = 0;
  // Every third call is late, so that all of them overtake each other; and manifests are there long before their writers know.
  const late = faultyBackend(memoryBackend(), () => ((calls += 1) % 3 === 0 ? "slow" : undefined));
  const backend: Backend = {
    ...late,
    put: async (name, content) => {
      await late.put(name, content);
      for (let turn = 0; name.startsWith(manifestsPrefix) && turn < 100; turn += 1) {
        await setImmediate();
      }
    },
  };
  await using store = await openChunkStore(backend, folder.path, {
    chunkSizeBytes: chunk,
    packBytes: 4 * chunk,
    workers: 1,
    cacheBytes: 0,
  });
  for (let round = 0; round < 8; round += 1) {
    const work = Promise.all([
      writeBlob(store, blobIdOf(`${round} a`), contentOf(`${round} a`)),
      writeBlob(store, blobIdOf(`${round} b`), contentOf(`${round} b`)),
      store.remove(blobIdOf(`${round - 1} a`)),
      store.collect({ graceMs: 0, now: 1000 * round, compactFrom: 0.1 }),
    ]);
    const [structure, read, scrubbed] = await Promise.all([
      foundIn(store, { read: false }),
      foundIn(store, { read: true }),
      store.scrub({ bytes: 100_000 }),
    ]);
    await work;
    assert.deepEqual([structure.damages, read.damages, scrubbed.findings.filter(({ severity }) => severity === "damage")], [[], [], []]);
  }
  const { damages } = await foundIn(store, { read: true });
  assert.deepEqual(damages, []);
  assert.ok((await readBlob(store, blobIdOf("3 b"))).equals(contentOf("3 b")));
});
