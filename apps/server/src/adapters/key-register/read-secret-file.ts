import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { KeySetupError } from "./key-setup-error.ts";

/** More than any passphrase or token has. */
const longestSecretBytes = 4096;

/**
 * Reads a file that holds a secret and nothing else. `what` names it in refusals: `passphrase file`.
 *
 * Throws  KeySetupError: it is missing, empty, too long, no file, or everyone on the machine may read or change it
 */
export async function readSecretFile(path: string, what: string): Promise<Buffer> {
  await using file = await openSecret(path, what);
  const status = await file.stat();
  if (!status.isFile()) {
    throw new KeySetupError(`The ${what} ${path} is no file.`);
  }
  if ((status.mode & 0o007) !== 0) {
    throw new KeySetupError(`Everyone on this machine may use the ${what} ${path}. Take that right away: chmod 600 ${path}`);
  }
  const bytes = Buffer.alloc(longestSecretBytes + 1);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
  if (bytesRead > longestSecretBytes) {
    throw new KeySetupError(`The ${what} ${path} has more than ${longestSecretBytes} bytes, so it is not one.`);
  }
  if (bytes.subarray(0, bytesRead).toString("latin1").trim() === "") {
    throw new KeySetupError(`The ${what} ${path} is empty.`);
  }
  return bytes.subarray(0, bytesRead);
}

/** A secret that is a line of text: the end of the line is not part of it. */
export async function readSecretLine(path: string, what: string): Promise<string> {
  return (await readSecretFile(path, what)).toString("utf8").replace(/\r?\n$/, "");
}

async function openSecret(path: string, what: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KeySetupError(`The ${what} ${path} cannot be read (${reason}).`, { cause: error });
  }
}
