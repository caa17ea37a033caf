import { randomBytes } from "node:crypto";
import { link, open, opendir, readdir, rm, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { wordingErrors } from "../../as-store-error.ts";
import { makeDirectory, syncDirectory } from "../../folder/durable-files.ts";
import { isMissing } from "../../folder/is-missing.ts";
import { writeExactly } from "../../folder/write-exactly.ts";
import { StoreError } from "../../store-error.ts";
import type { Backend, KeptFile, NewFile } from "../backend.ts";
import { checkFileName } from "../file-name.ts";
import { checkOffset } from "../fill-targets.ts";
import { OpenFiles } from "./open-files.ts";

/** Files whose sizes are asked for at once while listing. */
const sizesAtOnce = 64;

/**
 * Keeps files in a local folder, whose volume must know hard links: a file is written elsewhere on the volume, flushed, and linked to
 * its name, and a link never replaces what is there.
 *
 * Memory  32 open files, and the names of the folders inside the folder
 */
export class LocalBackend implements Backend {
  readonly place: string;
  readonly #root: string;
  /** The folder is told by its number from an empty one where a volume is not mounted. */
  readonly #rootInode: number;
  readonly #stagingDir: string;
  readonly #files = new OpenFiles();
  /** Folders that survive power loss, or are about to. */
  readonly #folders = new Map<string, Promise<void>>();

  private constructor(root: string, rootInode: number, stagingDir: string) {
    this.place = `folder ${root}`;
    this.#root = root;
    this.#rootInode = rootInode;
    this.#stagingDir = stagingDir;
  }

  /**
   * Takes a folder that exists. `stagingDir` is for files that are not whole yet: a folder on the same volume, whose content the
   * caller may delete while the backend is closed. Nothing is created before the first `put`.
   */
  static async open(root: string, options: { readonly stagingDir: string }): Promise<LocalBackend> {
    return await wordingErrors(`opening folder ${root}`, async () => {
      // A process that died may have left folders that were not flushed into their parents.
      await syncDirectory(root);
      for (const entry of await readdir(root, { withFileTypes: true })) {
        if (entry.isDirectory() && entry.name !== "lost+found") {
          await syncDirectory(join(root, entry.name));
        }
      }
      return new LocalBackend(root, (await stat(root)).ino, options.stagingDir);
    });
  }

  async put(name: string, content: NewFile): Promise<void> {
    await wordingErrors(`keeping ${name} in ${this.place}`, async () => {
      const staged = "stagedPath" in content ? content.stagedPath : await this.#stage(content.bytes);
      let path: string;
      try {
        path = this.#pathOf(name);
        await this.#ensureFolder(dirname(path));
        await this.#link(staged, path, name);
      } catch (error) {
        await rm(staged, { force: true });
        throw error;
      }
      try {
        await rm(staged);
        await syncDirectory(dirname(path));
      } catch (error) {
        // A file whose `put` failed must not be there.
        await rm(path, { force: true });
        throw error;
      }
    });
  }

  async read(
    name: string,
    offset: number,
    targets: readonly Uint8Array[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<number> {
    const path = this.#pathOf(name);
    checkOffset(offset);
    options.signal?.throwIfAborted();
    return wordingErrors(`reading ${name} in ${this.place}`, async () => {
      try {
        return await this.#files.read(path, offset, targets);
      } catch (error) {
        if (!isMissing(error)) {
          throw error;
        }
        await this.#checkRoot();
        throw new StoreError("store.missing", `There is no file ${name} in ${this.place}.`, { cause: error });
      }
    });
  }

  async sizeOf(name: string): Promise<number | undefined> {
    const path = this.#pathOf(name);
    return wordingErrors(`looking for ${name} in ${this.place}`, async () => {
      const sizeBytes = await sizeOfFile(path);
      if (sizeBytes === undefined) {
        await this.#checkRoot();
      }
      return sizeBytes;
    });
  }

  async *list(prefix: string): AsyncGenerator<KeptFile> {
    const folder = join(this.#root, prefix.slice(0, prefix.lastIndexOf("/") + 1));
    const batches = this.#filesUnder(folder)[Symbol.asyncIterator]();
    for (;;) {
      const batch = await wordingErrors(`listing ${this.place}`, () => batches.next());
      if (batch.done === true) {
        await this.#checkRoot();
        return;
      }
      yield* batch.value.filter((file) => file.name.startsWith(prefix));
    }
  }

  async remove(name: string): Promise<void> {
    const path = this.#pathOf(name);
    await wordingErrors(`removing ${name} from ${this.place}`, async () => {
      try {
        await rm(path);
      } catch (error) {
        if (isMissing(error)) {
          await this.#checkRoot();
          return;
        }
        throw error;
      }
      await this.#files.forget(path);
      await syncDirectory(dirname(path));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files[Symbol.asyncDispose]();
  }

  /**
   * Asked before a file is said to be missing.
   *
   * Throws  store.io, when the folder is not the one that was opened: then nothing in it is known to be missing
   */
  async #checkRoot(): Promise<void> {
    const found = await stat(this.#root).catch((error: unknown) => (isMissing(error) ? undefined : Promise.reject(error)));
    if (found?.ino !== this.#rootInode) {
      const what = found === undefined ? "is gone" : "is another one than at the start";
      throw new StoreError(
        "store.io",
        `The ${this.place} ${what}. Mount its volume or put it back; after it was replaced, restart the service.`,
      );
    }
  }

  #pathOf(name: string): string {
    checkFileName(name);
    return join(this.#root, name);
  }

  async #stage(bytes: Uint8Array): Promise<string> {
    await this.#ensureFolder(this.#stagingDir);
    const path = join(this.#stagingDir, `${randomBytes(16).toString("hex")}.new`);
    try {
      await using file = await open(path, "wx", 0o600);
      await writeExactly(file, 0, bytes);
      await file.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return path;
  }

  /** Several that need a new folder at once all wait until it is flushed into its parent. */
  async #ensureFolder(path: string): Promise<void> {
    const ensuring = this.#folders.get(path) ?? makeDirectory(path);
    this.#folders.set(path, ensuring);
    try {
      await ensuring;
    } catch (error) {
      this.#folders.delete(path);
      throw error;
    }
  }

  async #link(staged: string, path: string, name: string): Promise<void> {
    try {
      await link(staged, path);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") {
        throw new StoreError("store.exists", `There is a file ${name} in ${this.place} already.`, { cause: error });
      }
      throw error;
    }
  }

  /** Files of a folder and of those in it, some at a time. */
  async *#filesUnder(folder: string): AsyncGenerator<KeptFile[]> {
    const [paths, folders]: [string[], string[]] = [[], []];
    for await (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && path !== this.#stagingDir) {
        folders.push(path);
      } else if (entry.isFile()) {
        paths.push(path);
      }
    }
    for (let at = 0; at < paths.length; at += sizesAtOnce) {
      const files = await Promise.all(paths.slice(at, at + sizesAtOnce).map((path) => this.#keptFile(path)));
      yield files.filter((file) => file !== undefined);
    }
    for (const inner of folders) {
      yield* this.#filesUnder(inner);
    }
  }

  /** Undefined when the file was removed meanwhile. */
  async #keptFile(path: string): Promise<KeptFile | undefined> {
    const sizeBytes = await sizeOfFile(path);
    return sizeBytes === undefined ? undefined : { name: relative(this.#root, path).replaceAll(sep, "/"), sizeBytes };
  }
}

async function* entriesOf(folder: string): AsyncGenerator<{ name: string; isDirectory(): boolean; isFile(): boolean }> {
  try {
    yield* await opendir(folder);
  } catch (error) {
    if (!isMissing(error)) {
      throw error;
    }
  }
}

async function sizeOfFile(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (isMissing(error)) {
      return undefined;
    }
    throw error;
  }
}
