import assert from "node:assert/strict";
import { it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { blobIdOf, filler } from "../../test/filler.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { memoryBackend } from "../backend/memory/memory-backend.ts";
import { chunkCodecs, digestOf } from "../chunk/chunk-codec.ts";
import { chunksPerList, encodeManifest, encodeRecord } from "../manifest/manifest-format.ts";
import { openChunkStore } from "../open-chunk-store.ts";
import { encodePackHeader, encodePackTail } from "../pack/pack-format.ts";
import { manifestFileName, packFileName } from "../store-names.ts";
import { Mark } from "./mark.ts";
import { Scratch } from "./scratch.ts";
import { namesPerTurn, Turns } from "./turns.ts";

const chunk = 4096;
const chunks = 200_000;

/** Two blobs of the same 200,000 chunks, of which nothing exists but the lists. */
function filesOfLists(): Map<string, Uint8Array> {
  const lists = Array.from({ length: Math.ceil(chunks / chunksPerList) }, (_, number) => {
    return filler(`list ${number}`, Math.min(chunksPerList, chunks - number * chunksPerList) * 32);
  });
  let offset = 32;
  const entries = lists.map((list) => {
    offset += list.length;
    return {
      name: digestOf(list),
      offset: offset - list.length,
      storedLength: list.length,
      rawLength: list.length,
      codec: chunkCodecs.stored,
      sealed: false,
      crc: 0,
    };
  });
  const pack = "0".repeat(32);
  const file = Buffer.concat([encodePackHeader(pack), ...lists, encodePackTail(pack, entries, offset)]);
  const content = { lengthBytes: chunks * chunk, chunkSizeBytes: chunk, lists: Buffer.concat(entries.map(({ name }) => name)) };
  const manifests = ["one", "two"].map((word) => {
    const id = blobIdOf(word);
    return [manifestFileName(id), encodeManifest({ id, content, record: encodeRecord({}), key: undefined })] as const;
  });
  return new Map([[packFileName(pack), file], ...manifests]);
}

it("notes every name once, in a table, a few at a time, and reads a list that blobs share once", async () => {
  await using folder = await temporaryFolder();
  let bytesRead = 0;
  const memory = memoryBackend(filesOfLists());
  const counting = {
    ...memory,
    read: async (...args: Parameters<typeof memory.read>) => {
      const length = await memory.read(...args);
      bytesRead += args[0].startsWith("packs/") ? length : 0;
      return length;
    },
  };
  await using store = await openChunkStore(counting, folder.path, { chunkSizeBytes: chunk, workers: 1 });
  bytesRead = 0;
  using scratch = Scratch.open(store.parts.folder);
  using mark = new Mark(store.parts, scratch, new Turns(undefined));
  let turns = 0;
  const marking = new AbortController();
  const others = (async () => {
    for (; !marking.signal.aborted; turns += 1) {
      await setImmediate();
    }
  })();
  let blobs = 0;
  await mark.markStored(() => {
    blobs += 1;
  });
  marking.abort();
  await others;
  assert.ok(blobs >= 2);
  assert.equal(mark.size, chunks + Math.ceil(chunks / chunksPerList));
  assert.equal(bytesRead, chunks * 32);
  assert.ok(turns >= chunks / namesPerTurn, `others had ${turns} turns`);
});
