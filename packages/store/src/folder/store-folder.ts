import { opendir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { BlobId } from "../blob-store.ts";
import { StoreError } from "../store-error.ts";
import { makeDirectory, writeFileWhole } from "./durable-files.ts";
import { FolderLock } from "./folder-lock.ts";
import { parseStoreFormat, printStoreFormat } from "./store-format.ts";
import type { StoreFormat } from "./store-format.ts";

/** Names that may be there before `FORMAT` is: what a first start that was cut off leaves, and what a new volume has. */
const namesBeforeFormat = new Set(["lock", "lock.pid", "tmp", "lost+found"]);

/**
 * Where everything of a store lies. Held by a lock while open.
 */
export class StoreFolder implements AsyncDisposable {
  readonly root: string;
  readonly format: StoreFormat;
  readonly #lock: FolderLock;

  private constructor(root: string, format: StoreFormat, lock: FolderLock) {
    this.root = root;
    this.format = format;
    this.#lock = lock;
  }

  /**
   * Takes the folder, creating it (with `newFormat`) where there is none, and empties `tmp`.
   *
   * Throws  `store.locked`; `store.badFormat` when the folder holds something else
   */
  static async open(root: string, newFormat: StoreFormat): Promise<StoreFolder> {
    await makeDirectory(root);
    // Looked at before locking, so that a wrong folder is left untouched.
    await readFormat(root);
    const lock = await FolderLock.acquire(root);
    try {
      const tmp = join(root, "tmp");
      await rm(tmp, { recursive: true, force: true });
      await makeDirectory(tmp);
      let format = await readFormat(root);
      if (format === undefined) {
        format = newFormat;
        await writeFileWhole(join(root, "FORMAT"), join(tmp, "FORMAT"), printStoreFormat(format));
      }
      await makeDirectory(join(root, "packs"));
      await makeDirectory(join(root, "manifests"));
      return new StoreFolder(root, format, lock);
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
  }

  get indexPath(): string {
    return join(this.root, "index.sqlite");
  }

  /** Where a file lies while it is not committed. */
  tmpPath(fileName: string): string {
    return join(this.root, "tmp", fileName);
  }

  packPath(packName: string): string {
    return join(this.root, "packs", packName.slice(0, 2), `${packName}.pack`);
  }

  manifestPath(id: BlobId): string {
    return join(this.root, "manifests", id.slice(0, 2), `${id}.manifest`);
  }

  packNames(): AsyncIterable<string> {
    return listNames(join(this.root, "packs"), ".pack");
  }

  manifestNames(): AsyncIterable<string> {
    return listNames(join(this.root, "manifests"), ".manifest");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lock[Symbol.asyncDispose]();
  }
}

async function readFormat(root: string): Promise<StoreFormat | undefined> {
  const names = await readdir(root);
  if (names.includes("FORMAT")) {
    return parseStoreFormat(await readFile(join(root, "FORMAT"), "utf8"), join(root, "FORMAT"));
  }
  const strange = names.find((name) => !namesBeforeFormat.has(name));
  if (strange !== undefined) {
    const message = `${root} has no FORMAT file but holds "${strange}": it is no blob store. Choose an empty folder.`;
    throw new StoreError("store.badFormat", message);
  }
  return undefined;
}

/** Lists the 32-digit names of the files `<folder>/<first two digits>/<name><suffix>`; anything else there is left alone. */
async function* listNames(folder: string, suffix: string): AsyncGenerator<string> {
  const prefixes = (await readdir(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name)).sort();
  for (const prefix of prefixes) {
    for await (const entry of await opendir(join(folder, prefix))) {
      const name = entry.name.slice(0, -suffix.length);
      if (entry.name === name + suffix && /^[0-9a-f]{32}$/.test(name) && name.startsWith(prefix)) {
        yield name;
      }
    }
  }
}
