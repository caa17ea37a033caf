import { mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isMissing } from "./is-missing.ts";

/**
 * Makes the names inside a folder survive power loss. Windows has no such call and keeps names in its journal.
 */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") {
    return;
  }
  await using folder = await open(path, "r");
  await folder.sync();
}

/**
 * Creates a folder with its parents where missing, for this user alone; what it created survives power loss. Parents are made one by one here:
 * Node's own way never ends where a folder cannot be made although its parent is there, as in /proc, and names a wrong reason on a volume that
 * is read-only.
 */
export async function makeDirectory(path: string): Promise<void> {
  const parent = dirname(path);
  try {
    await makeInParent(path, parent);
  } catch (error) {
    if (!isMissing(error) || parent === path) {
      throw error;
    }
    await makeDirectory(parent);
    await makeInParent(path, parent);
  }
}

async function makeInParent(path: string, parent: string): Promise<void> {
  try {
    await mkdir(path, 0o700);
  } catch (error) {
    // What a system says of a folder that is there differs, and so it is asked for.
    if (await isDirectory(path)) {
      return;
    }
    throw error;
  }
  await syncDirectory(parent);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) {
      return false;
    }
    throw error;
  }
}
