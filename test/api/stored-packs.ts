import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ImsServer } from "./ims-server.ts";

/** The packs of a server's store as they lie on the disk, by path. */
export async function storedPacks(server: ImsServer): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(join(server.world.folder, "store"), { recursive: true, withFileTypes: true });
  const packs = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".pack"));
  const paths = packs.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const)));
}
