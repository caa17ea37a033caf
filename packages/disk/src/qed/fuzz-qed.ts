import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import { breakImage } from "../mapped/testing/break-image.ts";
import type { ImageMap } from "../mapped/testing/break-image.ts";
import { openQed } from "./open-qed.ts";
import { buildQed } from "./testing/build-qed.ts";
import type { QedCluster, QedRecipe } from "./testing/build-qed.ts";

/** Makes hostile QED images: sound ones, closed cleanly or not, broken in one to four places that a reader trusts. */
export const fuzzedQed: FuzzTarget = {
  name: "qed",
  makeFile: (random) => {
    const { file, clusterSize, tableBytes, l1Offset, l2Offsets } = buildQed(randomQedRecipe(random));
    const tables = [
      { offset: l1Offset, entries: 4 },
      ...l2Offsets.flatMap((offset) => [
        { offset, entries: 16 },
        { offset, entries: tableBytes / 8 },
      ]),
    ];
    return breakImage(file, { order: "le", fields, tables, entryBytes: 8, clusterSize }, random);
  },
  open: (source) => openQed(source),
};

const fields: ImageMap["fields"] = [
  [0, 4],
  [4, 4],
  [8, 4],
  [12, 4],
  [16, 8],
  [16, 4],
  [24, 8],
  [32, 8],
  [40, 8],
  [48, 8],
];

/** Draws a sound image. */
export function randomQedRecipe(random: SeededRandom): QedRecipe {
  const clusterSize = random.pick([4096, 4096, 8192]);
  const count = random.pick([1 + random.below(20), 1 + random.below(3000)]);
  const clusters = new Map<number, QedCluster>();
  for (let left = random.below(8); left > 0; left -= 1) {
    const bytes = Buffer.alloc(clusterSize, random.bytes(1 + random.below(30)));
    clusters.set(random.below(count), random.oneIn(4) ? { kind: "zero" } : { kind: "data", bytes });
  }
  return {
    sizeBytes: count * clusterSize - random.below(4) * 512,
    clusterSize,
    tableClusters: random.pick([1, 1, 2]),
    headerClusters: random.pick([1, 1, 2]),
    features: random.pick([0, 2, 2, 4]),
    clusters,
  };
}
