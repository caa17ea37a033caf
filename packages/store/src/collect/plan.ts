import { packEntryBytes, packFooterBytes, packHeaderBytes, maxChunksWritten } from "../pack/pack-format.ts";
import type { CountedPack } from "./count-packs.ts";

/** Packs that are swept together: what is needed of them fills at most one new pack. */
const packsPerGroup = 64;

/**
 * The packs that are worth getting rid of: those of which nothing is needed, and those in which the bytes that nobody needs are at
 * least `compactFrom` of all. A pack with a needed chunk that is damaged stays as it is, for whoever may repair it.
 */
export function worthLeaving(packs: Iterable<CountedPack>, compactFrom: number): CountedPack[] {
  return [...packs].filter(({ chunks, storedBytes, liveChunks, liveBytes, damagedChunk }) => {
    const isWorth = liveChunks === 0 || (liveChunks < chunks && storedBytes - liveBytes >= compactFrom * storedBytes);
    return isWorth && damagedChunk === undefined;
  });
}

/** Cuts packs into groups that are swept one after the other. */
export function groupsOf(packs: readonly CountedPack[], packBytes: number): CountedPack[][] {
  const groups: CountedPack[][] = [];
  let [liveBytes, liveChunks] = [0, 0];
  for (const pack of packs) {
    const group = groups.at(-1);
    liveBytes += pack.liveBytes;
    liveChunks += pack.liveChunks;
    if (group !== undefined && group.length < packsPerGroup && liveBytes <= packBytes && liveChunks <= maxChunksWritten) {
      group.push(pack);
    } else {
      groups.push([pack]);
      [liveBytes, liveChunks] = [pack.liveBytes, pack.liveChunks];
    }
  }
  return groups;
}

/** Length of a pack's file. */
export function packFileBytes({ chunks, storedBytes }: { readonly chunks: number; readonly storedBytes: number }): number {
  return packHeaderBytes + storedBytes + chunks * packEntryBytes + packFooterBytes;
}
