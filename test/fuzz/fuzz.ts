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
import { fuzzHttp } from "./http/fuzz-http.ts";

const ITERATIONS_PER_ROUND = 100;
const CALLS_PER_ROUND = 1000;

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
 * Fuzzes every disk format in turn until the time is over: `npm run fuzz -- --seconds 600 --seed 7`; or the calls of every dialect:
 * `npm run fuzz -- http --seconds 600 --seed 7`. The seed is printed first, and a failure names what repeats it.
 */
const options = { seconds: { type: "string", default: "60" }, seed: { type: "string" } } as const;
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const [what = "disks", ...rest] = positionals;
if (!["disks", "http"].includes(what) || rest.length > 0) {
  throw new RangeError("What can be fuzzed is disks or http.");
}
const seconds = Number(values.seconds);
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
if (!Number.isFinite(seconds) || !Number.isSafeInteger(seed)) {
  throw new RangeError("--seconds and --seed take numbers.");
}
console.log(`seed ${seed}, ${seconds} s`);

const end = performance.now() + seconds * 1000;
const counts = new Map<string, number>();
await (what === "http" ? fuzzCalls() : fuzzDisks());
for (const [name, count] of counts) {
  console.log(`${String(count).padStart(9)}  ${name}`);
}

async function fuzzDisks(): Promise<void> {
  for (let from = 0; performance.now() < end; from += ITERATIONS_PER_ROUND) {
    for (const target of targets) {
      const { opened, refused } = await fuzzDisk(target, { seed, from, iterations: ITERATIONS_PER_ROUND });
      add(`${target.name}: opened`, opened);
      for (const [code, count] of refused) {
        add(`${target.name}: ${code}`, count);
      }
    }
  }
}

/** Each round is a service of its own. What was found is told once an operation, and lets the run fail at its end. */
async function fuzzCalls(): Promise<void> {
  const told = new Set<string>();
  for (let round = seed; performance.now() < end; round += 1) {
    const { answers, findings } = await fuzzHttp({ seed: round, calls: CALLS_PER_ROUND });
    for (const [name, count] of answers) {
      add(name, count);
    }
    for (const { operation, fault, where, curl } of findings) {
      const kind = `${operation} ${fault.replaceAll(/[\da-f-]{20,}|\d+/g, "").slice(0, 100)}`;
      if (!told.has(kind)) {
        told.add(kind);
        console.log(`${operation}: ${fault}\n  ${where}\n  ${curl}\n`);
        process.exitCode = 1;
      }
    }
  }
}

function add(name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}
