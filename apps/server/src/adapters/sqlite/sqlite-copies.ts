import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CatalogCopies } from "../../ports/catalog-copies.ts";
import { backUpSqlite } from "./back-up-sqlite.ts";

const suffix = ".sqlite";

/** Copies of the embedded catalog, as files of a folder that only its owner can read. */
export function sqliteCopies(source: string, folder: string): CatalogCopies {
  return {
    async make(name) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, name + suffix);
      await backUpSqlite(source, path);
      return path;
    },
    async list() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const files = (await readdir(folder)).filter((file) => file.endsWith(suffix));
      return files.map((file) => file.slice(0, -suffix.length)).toSorted();
    },
    async remove(name) {
      await rm(join(folder, name + suffix), { force: true });
    },
  };
}
