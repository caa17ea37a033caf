import { createHash } from "node:crypto";
import type { Backend } from "../src/backend/backend.ts";
import { readPackIndex } from "../src/pack/read-pack-index.ts";

/** Names of the chunks and lists that plain blobs of these contents need, in hex, sorted; computed from the contents alone. */
export function neededNames(contents: Iterable<Uint8Array>, chunkBytes: number): string[] {
  const names = new Set<string>();
  for (const content of contents) {
    const listed: Buffer[] = [];
    for (let at = 0; at < content.length; at += chunkBytes) {
      const bytes = content.subarray(at, at + chunkBytes);
      const name = bytes.every((byte) => byte === 0) ? Buffer.alloc(32) : createHash("sha256").update(bytes).digest();
      listed.push(name);
    }
    for (let at = 0; at < listed.length; at += 4096) {
      const list = Buffer.concat(listed.slice(at, at + 4096));
      listed.slice(at, at + 4096).forEach((name) => names.add(name.toString("hex")));
      names.add(list.every((byte) => byte === 0) ? "" : createHash("sha256").update(list).digest("hex"));
    }
  }
  names.delete("");
  names.delete("0".repeat(64));
  return [...names].sort();
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
