import { rm } from "node:fs/promises";
import { join } from "node:path";
import { makeDirectory } from "./durable-files.ts";
import { FolderLock } from "./folder-lock.ts";

/**
 * What a store keeps on the machine that has it open, whatever backend has its files: the lock, the chunk index, and files that are
 * not whole yet. Held by the lock while open.
 */
export class WorkFolder implements AsyncDisposable {
  readonly root: string;
  readonly #lock: FolderLock;

  private constructor(root: string, lock: FolderLock) {
    this.root = root;
    this.#lock = lock;
  }

  /** Takes the folder, creating it where there is none, and empties `tmp`. Throws `store.locked`. */
  static async open(root: string): Promise<WorkFolder> {
    await makeDirectory(root);
    const lock = await FolderLock.acquire(root);
    try {
      await rm(tmpIn(root), { recursive: true, force: true });
      await makeDirectory(tmpIn(root));
    } catch (error) {
      await lock[Symbol.asyncDispose]();
      throw error;
    }
    return new WorkFolder(root, lock);
  }

  get indexPath(): string {
    return join(this.root, "index.sqlite");
  }

  /** Where a file lies while it is not whole. */
  tmpPath(fileName: string): string {
    return join(tmpIn(this.root), fileName);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lock[Symbol.asyncDispose]();
  }
}

/** The part of a work folder that is emptied when it is opened. */
export function tmpIn(root: string): string {
  return join(root, "tmp");
}
