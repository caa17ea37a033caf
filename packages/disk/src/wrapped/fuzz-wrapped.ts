import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import type { ByteSource } from "../core/byte-source.ts";
import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { openWrapped } from "./open-wrapped.ts";

/** What a file may unpack to while fuzzing. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Makes hostile gzip and zstd files around raw disks: parts put together, bits flipped, headers overwritten, cut, with rubbish behind. */
export const fuzzedWrapped: FuzzTarget = {
  name: "wrapped",
  makeFile: (random) => {
    const parts = Array.from({ length: 1 + random.below(3) }, () => breakPart(pack(random), random));
    const file = Buffer.concat(random.oneIn(5) ? [...parts, random.bytes(random.below(50))] : parts);
    return random.oneIn(4) ? file.subarray(0, random.below(file.length + 1)) : file;
  },
  open: openByMagic,
};

async function openByMagic(source: ByteSource): Promise<VirtualDisk> {
  const [first] = await source.read(0, Math.min(1, source.lengthBytes));
  return openWrapped(source, first === 0x28 ? "zstd" : "gzip", { maxOutputBytes: MAX_OUTPUT_BYTES });
}

function pack(random: SeededRandom): Buffer {
  const content = random.oneIn(3)
    ? Buffer.alloc(random.below(3_000_000))
    : Buffer.alloc(random.below(200_000), random.bytes(1 + random.below(300)));
  if (random.oneIn(2)) {
    return gzipSync(content, { level: random.below(10) });
  }
  return zstdCompressSync(content, {
    params: { [constants.ZSTD_c_checksumFlag]: random.below(2), [constants.ZSTD_c_contentSizeFlag]: random.below(2) },
  });
}

function breakPart(part: Buffer, random: SeededRandom): Buffer {
  for (let count = random.below(3); count > 0 && part.length > 0; count -= 1) {
    const at = random.below(random.oneIn(2) ? Math.min(part.length, 20) : part.length);
    part[at] = random.oneIn(2) ? (part[at] ?? 0) ^ (1 << random.below(8)) : random.pick([0, 0x7f, 0xff, random.below(256)]);
  }
  return part;
}
