import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import type { SeededRandom } from "../core/testing/seeded-random.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { ByteSource } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { randomRecipe } from "../vmdk/fuzz-vmdk.ts";
import { buildVmdk } from "../vmdk/testing/build-vmdk.ts";
import { openOva } from "./open-ova.ts";
import { buildOvf, buildTar, signed } from "./testing/build-ova.ts";
import type { BuiltMember } from "./testing/build-ova.ts";

/** Makes hostile OVA files: sound ones, broken in one to four places of the archive, its headers, its OVF or the disk inside. */
export const fuzzedOva: FuzzTarget = {
  name: "ova",
  makeFile: breakArchive,
  open: openFirstDisk,
};

async function openFirstDisk(source: ByteSource): Promise<VirtualDisk> {
  const [disk] = (await openOva(source)).disks;
  if (disk === undefined) {
    throw new DiskError("disk.unsupported", "There is no disk.");
  }
  return disk.open();
}

function breakArchive(random: SeededRandom): Uint8Array {
  const hrefs = Array.from({ length: 1 + random.below(2) }, (_, index) => `${index}.vmdk`);
  const disks = hrefs.map((name): BuiltMember => ({ name, content: buildVmdk(randomRecipe(random)).file }));
  const ovf = buildOvf(
    hrefs.map((href) => ({ href, capacity: String(random.below(9)), units: random.pick(["byte", "byte * 2^30", "?"]) })),
  );
  const others = random.oneIn(3)
    ? [{ name: random.pick(["x", "vm.mf", "../x"]), content: random.bytes(random.below(700)), type: random.pick("012345xgLKS".split("")) }]
    : [];
  let archive = buildTar([{ name: "vm.ovf", content: random.oneIn(2) ? breakBytes(ovf, ovf.length, random) : ovf }, ...others, ...disks]);
  for (let count = random.below(4); count > 0; count -= 1) {
    archive = random.pick(breakers)(archive, random);
  }
  return archive;
}

const breakers: readonly ((archive: Buffer, random: SeededRandom) => Buffer)[] = [
  (archive, random) => breakHeader(archive, random),
  (archive, random) => breakBytes(archive, archive.length, random),
  (archive, random) => breakBytes(archive, Math.min(archive.length, 3000), random),
  (archive, random) => archive.subarray(0, random.below(archive.length + 1)),
];

/** Changes a field of a header and signs it anew, so that the change is seen. */
function breakHeader(archive: Buffer, random: SeededRandom): Buffer {
  const at = 512 * random.below(Math.max(Math.floor(archive.length / 512), 1));
  if (at + 512 <= archive.length && archive.toString("latin1", at + 257, at + 262) === "ustar") {
    const header = archive.subarray(at, at + 512);
    const field = random.pick([0, 124, 130, 134, 156, 263, 345]);
    header.write(random.pick(["/", "..", "7", "\x80", "\xff", "5", "\0", "../"]), field, "latin1");
    signed(header);
  }
  return archive;
}

function breakBytes(bytes: Buffer, length: number, random: SeededRandom): Buffer {
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    bytes[random.below(length)] = random.oneIn(2) ? random.below(256) : random.pick([...Buffer.from("<>&\"'!/= [")]);
  }
  return bytes;
}
