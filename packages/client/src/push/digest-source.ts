import { ChunkScanner } from "./chunk-scanner.ts";
import { FileDigest } from "./file-digest.ts";
import type { FileDigests } from "./file-digest.ts";
import type { PushSource } from "./push-source.ts";

const [pieceBytes, piecesAtOnce] = [512 * 1024, 1024];

/** Digests a file that need not be sent. Memory as `ChunkScanner`. Throws  what the source throws; the signal's reason */
export async function digestSource(source: PushSource, signal: AbortSignal | undefined): Promise<FileDigests> {
  await using digest = new FileDigest();
  await using scanner = new ChunkScanner(source, pieceBytes, { digest, signal });
  while (scanner.offset < source.lengthBytes) {
    await scanner.next(piecesAtOnce);
  }
  return await digest.finish();
}
