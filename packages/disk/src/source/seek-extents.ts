import { constants } from "node:os";
import { setImmediate } from "node:timers/promises";
import type { Extent, ReadOptions } from "../core/byte-source.ts";

/** Finds the next data or hole at or after an offset: its place, "none" behind the last data, "unknown" when the system cannot say. */
export type Seek = (fd: number, offset: number, next: "data" | "hole") => number | "none" | "unknown";

/** How many extents are found before other work of the process gets its turn (each costs about 10 µs). */
const EXTENTS_PER_TURN = 1024;

/**
 * Lists data and holes of an open file. Where the system cannot say (no such call, a file system without holes) the rest counts as data,
 * which is always right.
 *
 * Shape   ascending, no gaps, covers `[0, lengthBytes)`
 * Memory  one extent
 * Source  lseek(2), SEEK_DATA and SEEK_HOLE
 */
export async function* seekExtents(
  file: { readonly fd: number; readonly lengthBytes: number },
  seek: Seek | undefined,
  options: ReadOptions = {},
): AsyncGenerator<Extent> {
  const { fd, lengthBytes } = file;
  let offset = 0;
  for (let found = 1; offset < lengthBytes; found += 1) {
    options.signal?.throwIfAborted();
    const data = seek?.(fd, offset, "data") ?? "unknown";
    const start = data === "unknown" ? offset : data === "none" ? lengthBytes : within(data, offset, lengthBytes);
    if (start > offset) {
      yield { offset, length: start - offset, kind: "hole" };
    }
    offset = start;
    if (start < lengthBytes) {
      const hole = data === "unknown" ? "unknown" : (seek?.(fd, start, "hole") ?? "unknown");
      offset = typeof hole === "number" ? within(hole, start + 1, lengthBytes) : lengthBytes;
      yield { offset: start, length: offset - start, kind: "data" };
    }
    if (found % EXTENTS_PER_TURN === 0) {
      await setImmediate();
    }
  }
}

/** Keeps an answer of the system ahead of where we are and inside the file, so that the walk always ends. */
function within(answer: number, min: number, max: number): number {
  return Math.min(Math.max(answer, min), max);
}

/** What differs between systems: the numbers of the two questions, and where the C library keeps its last error. */
const seekCalls: Partial<Record<NodeJS.Platform, { readonly data: number; readonly hole: number; readonly errno: string }>> = {
  linux: { data: 3, hole: 4, errno: "__errno_location" },
  darwin: { data: 4, hole: 3, errno: "__error" },
};

/** Architectures on which the C library's file offsets have 64 bits. */
const wideOffsetArchitectures: readonly string[] = ["x64", "arm64", "loong64", "ppc64", "riscv64", "s390x"];

/**
 * Binds the system's `lseek` through Node's native calls, or answers undefined where there is none: another system, an older Node,
 * a process that may not make native calls.
 */
export function bindSystemSeek(): Seek | undefined {
  const calls = seekCalls[process.platform];
  // Typed as always there, and absent from older releases of Node.
  const ffi = process.getBuiltinModule("node:ffi") as typeof import("node:ffi") | undefined;
  if (calls === undefined || ffi === undefined || !wideOffsetArchitectures.includes(process.arch)) {
    return undefined;
  }
  try {
    const library = new ffi.DynamicLibrary(null);
    const lseek = library.getFunction("lseek", { return: "i64", arguments: ["i32", "i64", "i32"] });
    const errnoPlace = library.getFunction(calls.errno, { return: "pointer", arguments: [] });
    return (fd, offset, next) => {
      const found = lseek(fd, BigInt(offset), calls[next]);
      if (found >= 0n) {
        return Number(found);
      }
      return ffi.getInt32(errnoPlace()) === constants.errno.ENXIO ? "none" : "unknown";
    };
  } catch {
    // Whatever stands in the way, a process that may not call or a changed interface: not knowing the holes is always right.
    return undefined;
  }
}
