import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

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

/** Creates a folder with its parents where missing, for this user alone; what it created survives power loss. */
export async function makeDirectory(path: string): Promise<void> {
  const firstCreated = await mkdir(path, { recursive: true, mode: 0o700 });
  if (firstCreated === undefined) {
    return;
  }
  let child = path;
  while (child.length >= firstCreated.length) {
    child = dirname(child);
    await syncDirectory(child);
  }
}
