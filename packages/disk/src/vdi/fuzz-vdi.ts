import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import { breakImage } from "../mapped/testing/break-image.ts";
import type { ImageMap } from "../mapped/testing/break-image.ts";
import { openVdi } from "./open-vdi.ts";
import { buildVdi } from "./testing/build-vdi.ts";
import type { VdiBlock, VdiRecipe } from "./testing/build-vdi.ts";

/** Makes hostile VDI images: sound ones, broken in one to four places that a reader trusts. */
export const fuzzedVdi: FuzzTarget = {
  name: "vdi",
  makeFile: (random) => {
    const { file, blockBytes, blocks, mapOffset } = buildVdi(randomVdiRecipe(random));
    return breakImage(
      file,
      { order: "le", fields, tables: [{ offset: mapOffset, entries: blocks }], entryBytes: 4, clusterSize: blockBytes },
      random,
    );
  },
  open: (source) => openVdi(source),
};

const fields: ImageMap["fields"] = [
  [64, 4],
  [68, 4],
  [76, 4],
  [340, 4],
  [344, 4],
  [360, 4],
  [368, 8],
  [376, 4],
  [380, 4],
  [384, 4],
  [388, 4],
  [424, 8],
];

/** Draws a sound image. */
export function randomVdiRecipe(random: SeededRandom): VdiRecipe {
  const blockBytes = random.pick([4096, 4096, 8192, 32_768]);
  const count = 1 + random.below(30);
  const blocks = new Map<number, VdiBlock>();
  for (let left = random.below(8); left > 0; left -= 1) {
    const bytes = Buffer.alloc(blockBytes, random.bytes(1 + random.below(30)));
    blocks.set(random.below(count), random.oneIn(4) ? { kind: "zero" } : { kind: "data", bytes });
  }
  return {
    sizeBytes: count * blockBytes - (random.oneIn(2) ? random.below(512) : 0),
    blockBytes,
    blocks,
    type: random.pick([1, 1, 2]),
    mapOffset: random.pick([512, 1024]),
  };
}
