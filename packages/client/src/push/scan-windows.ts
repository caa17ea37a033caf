import { ChunkScanner } from "./chunk-scanner.ts";
import type { FileDigest } from "./file-digest.ts";
import type { PushSource } from "./push-source.ts";
import { PushWindow } from "./push-window.ts";

/**
 * Chunks of a window: 512 MiB with chunks of 512 KiB, which are likely still in memory when they are sent. The first windows are smaller, so
 * that sending begins soon: each is twice as long as the one before.
 */
const windowChunks = { first: 128, most: 1024 };

/** How a file is scanned. */
export interface WindowScan {
  readonly chunkBytes: number;
  readonly digest: FileDigest;
  readonly signal: AbortSignal | undefined;
}

/**
 * The windows of a file, from its beginning; each is scanned while the one before is in use.
 *
 * Memory  digests of 2048 chunks, and what `ChunkScanner` holds
 * Throws  what the source throws; the signal's reason
 */
export async function* scanWindows(source: PushSource, scan: WindowScan): AsyncGenerator<PushWindow, void, undefined> {
  const { chunkBytes, digest } = scan;
  const { lengthBytes } = source;
  const stop = new AbortController();
  const signal = scan.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, scan.signal]);
  await using scanner = new ChunkScanner(source, chunkBytes, { digest, signal });
  const scanNext = async (most: number): Promise<PushWindow> => {
    const { offset } = scanner;
    return new PushWindow(offset, await scanner.next(most), { chunkBytes, lengthBytes });
  };
  let most = windowChunks.first;
  let scanning = scanNext(most);
  try {
    for (;;) {
      const window = await scanning;
      if (window.end === lengthBytes) {
        yield window;
        return;
      }
      most = Math.min(most * 2, windowChunks.most);
      scanning = scanNext(most);
      // Told when the window is asked for.
      scanning.catch((error: unknown) => error);
      yield window;
    }
  } finally {
    stop.abort(new Error("Nobody asks for the next window"));
    await Promise.allSettled([scanning]);
  }
}
