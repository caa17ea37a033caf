import assert from "node:assert/strict";
import { join } from "node:path";
import { sqlCatalog } from "@tintype/server/adapters/sql/sql-catalog.ts";
import { openSqlite } from "@tintype/server/adapters/sqlite/open-sqlite.ts";
import { imagesOfBlobs } from "@tintype/server/upkeep/images-of-blobs.ts";
import { blobIdOf } from "../../../packages/store/test/filler.ts";
import { rebuildOnce } from "./rebuild-once.ts";

/** Repeats a rebuild that was cut off, and checks that the catalog has the images of these blobs then, each once, and no others. */
export async function checkRebuilt(dataDir: string, words: readonly string[]): Promise<void> {
  const { images } = await rebuildOnce(dataDir);
  assert.equal(images, words.length, "the rebuild found every blob");
  const database = await openSqlite(join(dataDir, "catalog.sqlite"));
  try {
    const found = [...(await imagesOfBlobs(sqlCatalog(database)))].map(([blob, { name }]) => `${blob} ${name}`);
    assert.deepEqual(
      found.toSorted(),
      words.map((word) => `${blobIdOf(word)} ${word}`).toSorted(),
      "the catalog has the images of the blobs",
    );
  } finally {
    await database.destroy();
  }
  assert.equal((await rebuildOnce(dataDir)).added, 0, "a rebuild of what is whole adds nothing");
}
