import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import { breakImage } from "../mapped/testing/break-image.ts";
import type { ImageMap } from "../mapped/testing/break-image.ts";
import { openQcow1 } from "./open-qcow1.ts";
import { buildQcow1 } from "./testing/build-qcow1.ts";
import type { Qcow1Cluster, Qcow1Recipe } from "./testing/build-qcow1.ts";

/** Makes hostile QCOW images of version 1: sound ones, broken in one to four places that a reader trusts. */
export const fuzzedQcow1: FuzzTarget = {
  name: "qcow1",
  makeFile: (random) => {
    const { file, clusterSize, l1Offset, l1Entries, l2Offsets, entriesPerL2 } = buildQcow1(randomQcow1Recipe(random));
    const tables = [{ offset: l1Offset, entries: l1Entries }, ...l2Offsets.map((offset) => ({ offset, entries: entriesPerL2 }))];
    return breakImage(file, { order: "be", fields, tables, entryBytes: 8, clusterSize }, random);
  },
  open: (source) => openQcow1(source),
};

const fields: ImageMap["fields"] = [
  [0, 4],
  [4, 4],
  [8, 8],
  [16, 4],
  [24, 8],
  [24, 8],
  [32, 1],
  [33, 1],
  [36, 4],
  [40, 8],
];

/** Draws a sound image. */
export function randomQcow1Recipe(random: SeededRandom): Qcow1Recipe {
  const clusterBits = random.pick([9, 9, 10, 12, 13]);
  const l2Bits = random.pick([6, 6, 7, 9]);
  const count = 1 + random.below(600);
  const clusters = new Map<number, Qcow1Cluster>();
  for (let left = random.below(10); left > 0; left -= 1) {
    const bytes = Buffer.alloc(2 ** clusterBits, random.bytes(1 + random.below(30)));
    clusters.set(random.below(random.oneIn(2) ? Math.min(count, 10) : count), { kind: random.pick(["data", "compressed"]), bytes });
  }
  return { sizeBytes: count * 2 ** clusterBits - (random.oneIn(2) ? random.below(510) : 0), clusterBits, l2Bits, clusters };
}
