import { wordingErrors } from "../as-store-error.ts";
import { ChunkReader } from "../blob/chunk-reader.ts";
import type { BlobId } from "../blob-store.ts";
import { publishedOwner } from "../chunk-index/chunk-index.ts";
import type { ChunkIndex } from "../chunk-index/chunk-index.ts";
import { StoreError } from "../store-error.ts";
import type { StoreParts } from "../store-parts.ts";
import { NameSet, Scratch } from "./scratch.ts";
import { holdRoot, storedRoots } from "./stored-roots.ts";
import { namesPerTurn, Turns } from "./turns.ts";
import { portionsOf, walkLists } from "./walk-lists.ts";

const storedLengthSql = `
  SELECT stored_length FROM chunks JOIN packs ON packs.id = chunks.pack
  WHERE chunks.name = ? AND owner = ${publishedOwner} ORDER BY damaged, leaving, packs.id DESC LIMIT 1
`;

/**
 * Stored bytes of the chunks and lists that only this blob needs: what removing it, and then collecting, would free. Reads every list
 * of every blob that differs; to weigh many blobs, ask `usage` with a group for each.
 *
 * Memory  16 MiB, about 100 bytes a blob, and what `storedRoots` and `walkLists` hold
 * Throws  `store.notFound`; what a manifest or list that cannot be read throws, naming it
 */
export async function uniqueBytesOf(
  parts: StoreParts,
  id: BlobId,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<number> {
  return wordingErrors(`weighing blob ${id}`, async () => {
    const walk = { chunks: new ChunkReader(parts), turns: new Turns(signal) };
    using scratch = Scratch.open(parts.folder);
    using held = new DisposableStack();
    const root = await holdRoot(parts, id, held);
    if (root === undefined) {
      throw new StoreError("store.notFound", `There is no blob ${id} in this store.`);
    }
    const own = new NameSet(scratch, "own");
    const ownLists = new NameSet(scratch, "own_lists");
    for await (const list of walkLists(root, { ...walk, wants: (name) => ownLists.add(name) })) {
      own.add(list.name);
      for await (const portion of portionsOf(list, walk.turns)) {
        scratch.together(() => portion.forEach((name) => own.add(name)));
      }
    }
    const otherLists = new NameSet(scratch, "other_lists");
    for await (const other of storedRoots(parts)) {
      if (other.id === id) {
        continue;
      }
      for await (const list of walkLists(other, { ...walk, wants: (name) => otherLists.add(name) })) {
        own.remove(list.name);
        for await (const portion of portionsOf(list, walk.turns)) {
          scratch.together(() => portion.forEach((name) => own.remove(name)));
        }
      }
    }
    return await weightOf(own, parts.index, walk.turns);
  });
}

async function weightOf(names: NameSet, index: ChunkIndex, turns: Turns): Promise<number> {
  const storedLength = index.database.prepare(storedLengthSql);
  let bytes = 0;
  for (let next = names.namesAfter(Buffer.alloc(0), namesPerTurn); next.length > 0;) {
    for (const name of next) {
      bytes += Number(storedLength.get(name)?.["stored_length"] ?? 0);
    }
    next = names.namesAfter(next.at(-1) ?? Buffer.alloc(0), namesPerTurn);
    await turns.next();
  }
  return bytes;
}
