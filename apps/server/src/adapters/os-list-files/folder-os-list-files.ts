import { constants } from "node:fs";
import { open, readdir, realpath } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import type { OsListFiles, OsListSource } from "../../ports/os-list-files.ts";

const maxFiles = 100;
const maxFileBytes = 256 * 1024;
const namePattern = /^[a-z0-9][a-z0-9._-]{0,59}$/;

/** The error of a file of the folder, in words for its operator. They never quote the file. */
class FileProblem extends Error {
  override readonly name = "FileProblem";
}

/**
 * The files `*.json` of a folder; others, and those whose names begin with a point, are left alone. A link counts if it leads to a file of the
 * same folder, which is how mounted settings are kept.
 *
 * Memory  one file at a time, at most 256 KiB, and what they say
 */
export function folderOsListFiles(folder: string): OsListFiles {
  return { read: async () => await readFolder(folder) };
}

async function readFolder(folder: string): Promise<readonly OsListSource[]> {
  try {
    const root = await realpath(folder);
    const files = (await readdir(root)).filter((name) => name.endsWith(".json") && !name.startsWith("."));
    if (files.length > maxFiles) {
      throw new FileProblem(`it holds ${files.length} files of lists; ${maxFiles} is the most`);
    }
    const sources: OsListSource[] = [];
    for (const file of files.toSorted()) {
      sources.push(await readSource(root, file));
    }
    return sources;
  } catch (error) {
    return [{ name: folder, problem: inWords(error) }];
  }
}

async function readSource(root: string, file: string): Promise<OsListSource> {
  const name = basename(file, ".json");
  try {
    if (!namePattern.test(name)) {
      throw new FileProblem("its name must consist of at most 60 small letters, digits, points, hyphens and underscores");
    }
    return { name, content: parse(await readWhole(root, file)) };
  } catch (error) {
    return { name, problem: inWords(error) };
  }
}

async function readWhole(root: string, file: string): Promise<Buffer> {
  const path = await realpath(join(root, file));
  if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) {
    throw new FileProblem("it is a link that leads out of the folder");
  }
  // Somebody may put a pipe there, which would not open for reading before it is written to.
  await using opened = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  const { size } = await regular(opened);
  if (size > maxFileBytes) {
    throw new FileProblem(`it has ${size} bytes; ${maxFileBytes} is the most`);
  }
  if (size === 0) {
    throw new FileProblem("it is empty");
  }
  const bytes = Buffer.alloc(size);
  const { bytesRead } = await opened.read(bytes, 0, size, 0);
  if (bytesRead < size) {
    throw new FileProblem("it was written to while it was read");
  }
  return bytes;
}

async function regular(opened: Awaited<ReturnType<typeof open>>): Promise<{ readonly size: number }> {
  const stats = await opened.stat();
  if (!stats.isFile()) {
    throw new FileProblem("it is no file");
  }
  return stats;
}

function parse(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new FileProblem("it is not in UTF-8", { cause: error });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // The rest of the message may quote the file.
    const [place] = /line \d+ column \d+/.exec(String(error)) ?? [];
    throw new FileProblem(place === undefined ? "it is not JSON" : `it is not JSON (${place})`, { cause: error });
  }
}

const systemProblems: Readonly<Record<string, string>> = {
  ENOENT: "it is not there",
  EACCES: "the service may not read it",
  EPERM: "the service may not read it",
  ENOTDIR: "it is no folder",
  EISDIR: "it is no file",
  ELOOP: "it is a link that leads nowhere",
  ENXIO: "it is no file",
};

function inWords(error: unknown): string {
  if (error instanceof FileProblem) {
    return error.message;
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return systemProblems[code] ?? `it cannot be read (${code})`;
}
