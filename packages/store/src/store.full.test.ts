import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import type { TestContext } from "node:test";
import { blobIdOf, filler } from "../test/filler.ts";
import { readBlob, writeBlob } from "../test/read-back.ts";
import { filesUnder, temporaryFolder } from "../test/temporary-folder.ts";
import { openLocalStore } from "./open-local-store.ts";

const chunk = 16_384;

/** Mounts a volume of 4 MiB; answers why it could not. */
function mountSmallVolume(path: string): string | undefined {
  const mount = spawnSync("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", path], { encoding: "utf8" });
  return mount.status === 0 ? undefined : `mounting a small volume needs root on Linux: ${mount.error?.message ?? mount.stderr.trim()}`;
}

async function withSmallVolume(context: TestContext, work: (path: string) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "volume");
  await mkdir(path);
  const refusal = mountSmallVolume(path);
  if (refusal !== undefined) {
    context.skip(refusal);
    return;
  }
  try {
    await work(path);
  } finally {
    assert.equal(spawnSync("/usr/bin/umount", [path]).status, 0);
  }
}

const blobFiles = async (root: string): Promise<string[]> => (await filesUnder(root)).filter((file) => !file.startsWith("index.sqlite"));

it("tells that the volume is full, leaves nothing of the blob, and goes on working", (context) =>
  withSmallVolume(context, async (root) => {
    await using store = await openLocalStore(root, { chunkSizeBytes: chunk, packBytes: 20 * chunk, workers: 2 });
    const kept = filler("kept", 10 * chunk);
    await writeBlob(store, blobIdOf("kept"), kept);
    const before = await blobFiles(root);
    for (const round of [1, 2, 3]) {
      const writer = await store.create(blobIdOf("too large"));
      const writing = async (): Promise<void> => {
        for (let number = 0; number < 400; number += 1) {
          await writer.write(number * chunk, filler(`${round} ${number}`, chunk));
        }
        await writer.commit({ lengthBytes: 400 * chunk });
      };
      await assert.rejects(writing(), { code: "store.full", message: /^No space is left on the store's volume while / });
      await assert.rejects(writer.commit({ lengthBytes: 400 * chunk }), { code: "store.full" });
      await writer.abort();
      assert.deepEqual(await blobFiles(root), before);
    }
    assert.ok((await readBlob(store, blobIdOf("kept"))).equals(kept));
    await writeBlob(store, blobIdOf("small"), filler("small", 5 * chunk));
    assert.ok((await readBlob(store, blobIdOf("small"))).equals(filler("small", 5 * chunk)));
  }));

it("commits whole or not at all when the space ends anywhere near the end of a commit", (context) =>
  withSmallVolume(context, async (root) => {
    await using store = await openLocalStore(root, { chunkSizeBytes: chunk, workers: 1 });
    let [whole, refused] = [0, 0];
    for (let missing = 0; missing < 100; missing += 1) {
      const { bavail, bsize } = await statfs(root);
      const content = filler(`fill ${missing}`, (bavail - missing) * bsize);
      const before = await blobFiles(root);
      await using writer = await store.create(blobIdOf("filling"));
      try {
        await writer.write(0, content);
        await writer.commit({ lengthBytes: content.length });
      } catch (error) {
        assert.equal((error as { code?: unknown }).code, "store.full");
        await writer.abort();
        assert.equal(await store.has(blobIdOf("filling")), false);
        assert.deepEqual(await blobFiles(root), before);
        refused += 1;
        continue;
      }
      assert.ok((await readBlob(store, blobIdOf("filling"))).equals(content));
      whole += 1;
      break;
    }
    assert.ok(refused > 0 && whole > 0, `${refused} refused, ${whole} whole`);
    assert.deepEqual(await readdir(join(root, "tmp")), []);
  }));
