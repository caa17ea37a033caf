import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { makeDirectory, syncDirectory } from "@tintype/store/folder/durable-files.ts";

/**
 * Writes a file that only its owner may read, into a folder that only its owner may enter: whole or not at all, also when the process is killed or the
 * power fails. When this returns it is on the disk.
 */
export async function writeKeyFile(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = `${path}.new`;
  await makeDirectory(folder);
  await rm(temporary, { force: true });
  try {
    {
      await using file = await open(temporary, "wx", 0o600);
      await file.writeFile(content);
      await file.sync();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(folder);
}
