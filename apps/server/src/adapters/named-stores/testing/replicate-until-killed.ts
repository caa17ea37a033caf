import { writeSync } from "node:fs";
import { join } from "node:path";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import { blobIdOf, filler } from "../../../../../../packages/store/test/filler.ts";
import { keyOf, unwrap } from "../../../../../../packages/store/test/keys.ts";
import { storeSet } from "../store-set.ts";

/** How many blobs there are, each of its own content; every other one is sealed. */
export const replicatedBlobs = 12;

/** Content of a blob, of which the half is zeros. */
export function replicatedContent(number: number): Buffer {
  return Buffer.concat([filler(`blob ${number}`, 700_000), Buffer.alloc(900_000), filler(`end of ${number}`, 100_001)]);
}

/** The set that is replicated in: `main`, the default, and `other`. */
export async function openKilledSet(folder: string) {
  const open = async (name: string) => {
    const options = { chunkSizeBytes: 16_384, packBytes: 65_536, workers: 1, unwrapKey: unwrap };
    const blobs = await openLocalStore(join(folder, name), options);
    return { name, description: "", isDefault: name === "main", weight: 0, type: "file", place: "", blobs } as const;
  };
  const log = { info() {}, warn() {}, error() {} };
  return storeSet([await open("main"), await open("other")], { unwrapKey: unwrap, log, clock: { now: () => 0 } });
}

/**
 * Replicates blob after blob from `main` to `other`, and takes each away from there again, until it is killed. Prints a
 * line when it starts, and one for each copy.
 *
 * Run  node replicate-until-killed.ts <folder>
 */
async function replicateOnAndOn(folder: string): Promise<never> {
  const { stores, store } = await openKilledSet(folder);
  for (let number = 0; number < replicatedBlobs; number += 1) {
    const id = blobIdOf(`replicated ${number}`);
    if (!(await store.has(id))) {
      await using writer = await store.create(id, { key: number % 2 === 0 ? undefined : keyOf("k") });
      await writer.write(0, replicatedContent(number));
      await writer.commit({ lengthBytes: replicatedContent(number).length, record: { number } });
    }
  }
  writeSync(1, "started\n");
  const run = { signal: new AbortController().signal, onProgress() {} };
  for (let number = 0; ; number = (number + 1) % replicatedBlobs) {
    const id = blobIdOf(`replicated ${number}`);
    await stores.replicate(id, "other", run);
    writeSync(1, "copied\n");
    if (number % 3 === 0) {
      await stores.find("other")?.blobs.remove(id);
    }
  }
}

if (import.meta.main) {
  await replicateOnAndOn(process.argv[2] ?? "");
}
