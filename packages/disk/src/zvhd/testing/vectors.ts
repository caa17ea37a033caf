import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Files that the format's own published driver wrote. They are not part of the repository. */
const folder = fileURLToPath(new URL("../../../../../../shared/vectors/zvhd/", import.meta.url));

/** Why tests with these files are skipped, or false when they are there. */
export const noVectors: string | false = existsSync(folder) ? false : `the files of the published driver are not in ${folder}`;

/** SHA-256 of the disk in the two "mixed" files. */
export const MIXED_SHA256 = "f19868f844b8f4cb057a35bb13f5c811da1086ffbf97e623b2a547753443e0b7";

/** Reads one of the files; those that lie there compressed come out unpacked. */
export async function readVector(name: string): Promise<Buffer> {
  if (existsSync(folder + name)) {
    return readFile(folder + name);
  }
  const { stdout } = await promisify(execFile)("xz", ["-dkc", `${folder}${name}.xz`], { encoding: "buffer", maxBuffer: 256 * 1024 * 1024 });
  return stdout;
}
