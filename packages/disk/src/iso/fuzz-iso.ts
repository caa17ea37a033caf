import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import { breakImage } from "../mapped/testing/break-image.ts";
import type { ImageMap } from "../mapped/testing/break-image.ts";
import { openIso } from "./open-iso.ts";
import { buildIso, isoPlaces } from "./testing/build-iso.ts";
import type { IsoRecipe } from "./testing/build-iso.ts";

const BLOCK = 2048;

/** Makes hostile optical discs: sound ones, broken in one to four places that a reader trusts. */
export const fuzzedIso: FuzzTarget = {
  name: "iso",
  makeFile: (random) => breakImage(buildIso(randomIsoRecipe(random)), map, random),
  open: (source) => openIso(source),
};

const map: ImageMap = {
  order: "le",
  fields: [
    [16 * BLOCK, 1],
    [16 * BLOCK + 1, 4],
    [16 * BLOCK + 80, 4],
    [16 * BLOCK + 128, 2],
    [16 * BLOCK + 158, 4],
    [16 * BLOCK + 166, 4],
    [17 * BLOCK, 1],
    [17 * BLOCK + 0x47, 4],
    [18 * BLOCK + 1, 4],
    [512 + 72, 8],
    [512 + 80, 4],
    [512 + 84, 4],
    [isoPlaces.anchor * BLOCK + 16, 4],
    [isoPlaces.anchor * BLOCK + 20, 4],
    [(isoPlaces.volumeSequence + 1) * BLOCK + 84, 1],
    [(isoPlaces.volumeSequence + 1) * BLOCK + 211, 1],
  ],
  // The boot catalog, its first records more often than the others.
  tables: [
    { offset: isoPlaces.catalog * BLOCK, entries: 40 },
    { offset: isoPlaces.catalog * BLOCK, entries: 512 },
  ],
  entryBytes: 4,
  clusterSize: BLOCK,
};

/** Draws a sound disc. */
export function randomIsoRecipe(random: SeededRandom): IsoRecipe {
  const platforms = [0, 2, 0xef];
  const sections = Array.from({ length: random.below(4) }, () => ({
    platform: random.pick(platforms),
    entries: Array.from({ length: random.below(4) }, () => ({ isBootable: random.oneIn(2), extensions: random.below(3) })),
  }));
  const hasIso9660 = !random.oneIn(4);
  return {
    hasIso9660,
    hasJoliet: random.oneIn(2),
    udfName: !hasIso9660 || random.oneIn(2) ? random.pick(["NAME", "größe", "中文"]) : undefined,
    boot: random.oneIn(3) ? undefined : { firstPlatform: random.pick(platforms), isBootable: random.oneIn(2), sections },
    efiPartition: random.oneIn(3) ? undefined : random.pick(["mbr", "gpt"]),
  };
}
