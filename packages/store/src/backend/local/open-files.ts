import type { BigIntStats } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

interface Opened {
  readonly handle: FileHandle;
  /** Which file it is, whatever its name. */
  readonly identity: string;
}

interface OpenFile {
  readonly opened: Promise<Opened>;
  readers: number;
}

/** Files that stay open between reads. */
const filesKept = 32;

/** Node ends a process in which an open file is collected. This keeps those of a store that nobody closed, until the process ends. */
const neverCollected = new Set<FileHandle>();

/**
 * Reads files, keeping those open that were used last: opening and closing would double what a small read costs. While a file is read
 * it looks whether that is still the one of this name: somebody may have put another in its place, from a backup for instance.
 */
export class OpenFiles implements AsyncDisposable {
  /** By path, least recently used first. */
  readonly #files = new Map<string, OpenFile>();

  /** Fills several targets from one place on, by one call to the system. Answers how many bytes there were: fewer where the file ends. */
  async read(path: string, offset: number, targets: readonly Uint8Array[]): Promise<number> {
    const file = this.#files.get(path) ?? this.#open(path);
    this.#files.delete(path);
    this.#files.set(path, file);
    file.readers += 1;
    let bytesRead: number | undefined;
    try {
      bytesRead = await readWhileThere(path, await file.opened, { offset, targets });
    } finally {
      file.readers -= 1;
      if (bytesRead === undefined && this.#files.get(path) === file) {
        this.#files.delete(path);
      }
      if (this.#files.get(path) === file) {
        await this.#closeUnused(filesKept);
      } else {
        await closeWhenUnused(file);
      }
    }
    return bytesRead ?? (await this.read(path, offset, targets));
  }

  /** To be called when a file was removed: its space comes back once it is closed, and a new file may get its name. */
  async forget(path: string): Promise<void> {
    const file = this.#files.get(path);
    if (file !== undefined) {
      this.#files.delete(path);
      await closeWhenUnused(file);
    }
  }

  /** To be called once no read is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closeUnused(0);
  }

  #open(path: string): OpenFile {
    const file = { opened: openFile(path), readers: 0 };
    // A file that cannot be opened is not kept, so that the next read tries again.
    file.opened.catch(() => {
      if (this.#files.get(path) === file) {
        this.#files.delete(path);
      }
    });
    return file;
  }

  async #closeUnused(keep: number): Promise<void> {
    for (const [path, file] of this.#files) {
      if (this.#files.size <= keep) {
        return;
      }
      if (file.readers === 0) {
        this.#files.delete(path);
        await closeFile((await file.opened).handle);
      }
    }
  }
}

/** Closes a file that is not kept any more, after its last reader. */
async function closeWhenUnused(file: OpenFile): Promise<void> {
  if (file.readers === 0) {
    const opened = await file.opened.catch(() => undefined);
    await (opened && closeFile(opened.handle));
  }
}

async function closeFile(handle: FileHandle): Promise<void> {
  neverCollected.delete(handle);
  await handle.close();
}

async function openFile(path: string): Promise<Opened> {
  const handle = await open(path, "r");
  neverCollected.add(handle);
  try {
    return { handle, identity: identityOf(await handle.stat({ bigint: true })) };
  } catch (error) {
    await closeFile(handle);
    throw error;
  }
}

/** No other file has its number on this volume as long as it is open. */
function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev} ${ino}`;
}

/** Undefined when another file has the name by now. Throws when none has it. */
async function readWhileThere(
  path: string,
  { handle, identity }: Opened,
  { offset, targets }: { readonly offset: number; readonly targets: readonly Uint8Array[] },
): Promise<number | undefined> {
  const work = [fill(handle, offset, targets), stat(path, { bigint: true })] as const;
  // Nothing may touch the targets once this has failed.
  await Promise.allSettled(work);
  const [bytesRead, there] = await Promise.all(work);
  return identityOf(there) === identity ? bytesRead : undefined;
}

/** The system may stop before the end of the file, at 2 GiB or when a signal comes; then the rest is asked for. */
async function fill(handle: FileHandle, offset: number, targets: readonly Uint8Array[]): Promise<number> {
  const wanted = targets.reduce((sum, target) => sum + target.length, 0);
  let done = 0;
  let rest = targets;
  while (done < wanted) {
    const { bytesRead } = await handle.readv(rest, offset + done);
    if (bytesRead === 0) {
      break;
    }
    done += bytesRead;
    if (done < wanted) {
      rest = after(rest, bytesRead);
    }
  }
  return done;
}

function after(targets: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let left = bytes;
  return targets.flatMap((target) => {
    const skipped = Math.min(left, target.length);
    left -= skipped;
    return skipped === target.length ? [] : [target.subarray(skipped)];
  });
}
