import { createHash, createHmac } from "node:crypto";
import type { Backend } from "../src/backend/backend.ts";
import type { BlobKey } from "../src/blob-store.ts";
import { readPackIndex } from "../src/pack/read-pack-index.ts";
import { deriveDataKey } from "../src/seal/data-key.ts";

/** Content of a blob that is sealed by a key. */
export interface SealedContent {
  readonly content: Uint8Array;
  readonly key: BlobKey;
}

/** Names of the chunks and lists that blobs of these contents need, in hex, sorted; computed from contents and keys alone. */
export function neededNames(contents: Iterable<Uint8Array | SealedContent>, chunkBytes: number): string[] {
  const names = new Set<string>();
  for (const blob of contents) {
    const content = blob instanceof Uint8Array ? blob : blob.content;
    const nameOf = blob instanceof Uint8Array ? plainNameOf : keyedNameBy(blob.key);
    const listed: Buffer[] = [];
    for (let at = 0; at < content.length; at += chunkBytes) {
      const bytes = content.subarray(at, at + chunkBytes);
      listed.push(bytes.every((byte) => byte === 0) ? Buffer.alloc(32) : nameOf(bytes));
    }
    for (let at = 0; at < listed.length; at += 4096) {
      const list = Buffer.concat(listed.slice(at, at + 4096));
      listed.slice(at, at + 4096).forEach((name) => names.add(name.toString("hex")));
      names.add(list.every((byte) => byte === 0) ? "" : plainNameOf(list).toString("hex"));
    }
  }
  names.delete("");
  names.delete("0".repeat(64));
  return [...names].sort();
}

function plainNameOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function keyedNameBy(key: BlobKey): (bytes: Uint8Array) => Buffer {
  const { nameKey } = deriveDataKey(key);
  return (bytes) => createHmac("sha256", nameKey).update(plainNameOf(bytes)).digest();
}

/** Names of all chunks and lists in all packs, in hex, sorted; one that lies in two packs comes twice. */
export async function storedNames(backend: Backend): Promise<string[]> {
  const names: string[] = [];
  for await (const file of backend.list("packs/")) {
    const pack = /([0-9a-f]{32})\.pack$/.exec(file.name)?.[1];
    if (pack !== undefined) {
      names.push(...(await readPackIndex(backend, pack)).map(({ name }) => Buffer.from(name).toString("hex")));
    }
  }
  return names.sort();
}
