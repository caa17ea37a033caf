import type { FileHandle } from "node:fs/promises";

/** Fills `target` from a file's `offset` on. Answers fewer bytes only where the file ends. */
export async function readExactly<Memory extends ArrayBufferLike>(
  file: FileHandle,
  offset: number,
  target: Uint8Array<Memory>,
): Promise<number> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await file.read(target, done, target.length - done, offset + done);
    if (bytesRead === 0) {
      break;
    }
    done += bytesRead;
  }
  return done;
}
