import { parseArgs } from "node:util";
import { fuzzDisk } from "@tintype/disk/core/testing/fuzz-disk.ts";
import type { FuzzTarget } from "@tintype/disk/core/testing/fuzz-disk.ts";
import { fuzzedDetection } from "@tintype/disk/detect/fuzz-detect.ts";
import { fuzzedQcow2 } from "@tintype/disk/qcow2/fuzz-qcow2.ts";
import { fuzzedIso } from "@tintype/disk/iso/fuzz-iso.ts";
import { fuzzedOva } from "@tintype/disk/ova/fuzz-ova.ts";
import { fuzzedQcow1 } from "@tintype/disk/qcow1/fuzz-qcow1.ts";
import { fuzzedQed } from "@tintype/disk/qed/fuzz-qed.ts";
import { fuzzedVdi } from "@tintype/disk/vdi/fuzz-vdi.ts";
import { fuzzedVhd } from "@tintype/disk/vhd/fuzz-vhd.ts";
import { fuzzedVhdx } from "@tintype/disk/vhdx/fuzz-vhdx.ts";
import { fuzzedVmdk } from "@tintype/disk/vmdk/fuzz-vmdk.ts";
import { fuzzedWrapped } from "@tintype/disk/wrapped/fuzz-wrapped.ts";
import { fuzzedZvhd } from "@tintype/disk/zvhd/fuzz-zvhd.ts";
import { fuzzedZvhd2 } from "@tintype/disk/zvhd2/fuzz-zvhd2.ts";

const ITERATIONS_PER_ROUND = 100;

const targets: readonly FuzzTarget[] = [
  fuzzedDetection,
  fuzzedQcow2,
  fuzzedIso,
  fuzzedOva,
  fuzzedQcow1,
  fuzzedQed,
  fuzzedVdi,
  fuzzedVhd,
  fuzzedVhdx,
  fuzzedVmdk,
  fuzzedWrapped,
  fuzzedZvhd,
  fuzzedZvhd2,
];

/**
 * Fuzzes every target in turn until the time is over: `npm run fuzz -- --seconds 600 --seed 7`.
 * The seed is printed first, and a failure names the iteration that repeats it.
 */
const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" }, seed: { type: "string" } } });
const seconds = Number(values.seconds);
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
if (!Number.isFinite(seconds) || !Number.isSafeInteger(seed)) {
  throw new RangeError("--seconds and --seed take numbers.");
}
console.log(`seed ${seed}, ${seconds} s`);

const end = performance.now() + seconds * 1000;
const counts = new Map<string, number>();
for (let from = 0; performance.now() < end; from += ITERATIONS_PER_ROUND) {
  for (const target of targets) {
    const { opened, refused } = await fuzzDisk(target, { seed, from, iterations: ITERATIONS_PER_ROUND });
    add(`${target.name}: opened`, opened);
    for (const [code, count] of refused) {
      add(`${target.name}: ${code}`, count);
    }
  }
}
for (const [name, count] of counts) {
  console.log(`${String(count).padStart(9)}  ${name}`);
}

function add(name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}
