import type { FileHandle } from "node:fs/promises";

/** Writes all of `bytes` at a file's `offset`. */
export async function writeExactly(file: FileHandle, offset: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, offset + done);
    done += bytesWritten;
  }
}
