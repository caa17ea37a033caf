import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { openUpkeep } from "@tintype/server/open-upkeep.ts";

/** What `tintype store rebuild` does. Answers how many images the catalog has then, and how many of them are new. */
export async function rebuildOnce(dataDir: string): Promise<{ readonly images: number; readonly added: number }> {
  const answer = await openUpkeep({ argv: [], env: { TINTYPE_DATA_DIR: dataDir }, forRebuild: true });
  if ("heldDataDir" in answer) {
    throw new Error(`Somebody holds ${dataDir}.`);
  }
  await using opened = answer;
  const { addedImages, keptImages, otherBlobs, unreadable } = await opened.rebuild();
  assert.deepEqual({ otherBlobs, unreadable }, { otherBlobs: 0, unreadable: [] });
  return { images: addedImages + keptImages, added: addedImages };
}

/** Removes a database with what SQLite keeps beside it. */
export async function loseDatabase(path: string): Promise<void> {
  for (const suffix of ["", "-wal", "-shm"]) {
    await rm(path + suffix, { force: true });
  }
}
