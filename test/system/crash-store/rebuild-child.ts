/**
 * Loses the chunk index, the catalog or both, and makes them anew from packs and manifests, as `tintype store rebuild` does, again and
 * again until it is killed.
 *
 * Run  node rebuild-child.ts <data folder> <file for the lines> <seed>
 */
import { join } from "node:path";
import { crashDraws } from "./crash-content.ts";
import { loseDatabase, rebuildOnce } from "./rebuild-once.ts";
import { noteOperations } from "./note-operations.ts";

const [, , dataDir = "", linesPath = "", seed = ""] = process.argv;
const noting = noteOperations(linesPath);
const draw = crashDraws(seed);
for (;;) {
  const lost = draw(3);
  if (lost !== 0) {
    await loseDatabase(join(dataDir, "store", "index.sqlite"));
  }
  if (lost !== 1) {
    await loseDatabase(join(dataDir, "catalog.sqlite"));
  }
  await noting("rebuild", [], async () => void (await rebuildOnce(dataDir)));
}
