import { rm, stat } from "node:fs/promises";
import type { OutputFormat } from "@tintype/disk/core/disk-format.ts";
import { runTimed } from "./run-timed.ts";

type Format = Exclude<OutputFormat, "ova">;

/** What qemu-img calls a format, and what makes it write the exact size. */
const qemuFormats: Partial<Record<Format, string>> = { vhd: "vpc" };
const qemuOptions: Partial<Record<Format, string>> = { vhd: "force_size=on" };

/** One conversion that both programs do. */
export interface Conversion {
  readonly name: string;
  readonly source: { readonly format: Format; readonly path: string };
  readonly targetFormat: Format;
  readonly codec: "none" | "zlib" | "zstd";
  /** Both programs know it by this name. */
  readonly subformat?: string;
  readonly runs: number;
  /** What is measured of ours: the package alone, or the command line as users start it. */
  readonly program: "package" | "cli";
  /** What must be reached: speed and size against qemu-img, memory. */
  readonly budget: { readonly speedRatio: number; readonly sizeRatio: number; readonly peakRssMiB: number };
}

export interface ConversionResult {
  readonly name: string;
  readonly runs: number;
  readonly oursSeconds: number;
  readonly qemuSeconds: number;
  /** How many times as fast as qemu-img, by the medians. */
  readonly speedRatio: number;
  /** Allocated bytes of our output for one of qemu-img's. */
  readonly sizeRatio: number;
  readonly peakRssMiB: number;
  readonly withinBudget: boolean;
  readonly budget: Conversion["budget"];
}

const child = new URL("./convert-child.js", import.meta.url).pathname;
const cli = new URL("../../apps/cli/bin/tintype.js", import.meta.url).pathname;
const reportMemory = new URL("./report-memory.js", import.meta.url).href;

/**
 * Runs both programs in turn, each in a fresh process, and compares the medians. The first run of each does not count: it brings the source
 * into the page cache for both. Outputs are removed before the next run; the last ones are compared with the source.
 *
 * Throws  Error when a program fails or the outputs differ from the source
 */
export async function benchConversion(conversion: Conversion, folder: string): Promise<ConversionResult> {
  const { name, source, targetFormat, runs, budget } = conversion;
  const [ours, qemu] = [`${folder}/ours.${targetFormat}`, `${folder}/qemu.${targetFormat}`];
  const oursArgs = argumentsOfOurs(conversion, ours);
  const [from, to] = [qemuFormats[source.format] ?? source.format, qemuFormats[targetFormat] ?? targetFormat];
  const qemuArgs = ["convert", "-f", from, "-O", to, ...optionsOfQemu(conversion), source.path, qemu];
  const oursRuns: number[] = [];
  const qemuRuns: number[] = [];
  let peakRssKiB = 0;
  // A single run is long enough that warming up would only double the wait.
  for (let run = runs > 1 ? -1 : 0; run < runs; run += 1) {
    await Promise.all([rm(ours, { force: true }), rm(qemu, { force: true })]);
    const oursRun = await runTimed(process.execPath, oursArgs);
    const qemuRun = await runTimed("qemu-img", qemuArgs);
    if (run >= 0) {
      oursRuns.push(oursRun.seconds);
      qemuRuns.push(qemuRun.seconds);
    }
    // Both programs end with a line of this shape.
    const { maxRssKiB } = JSON.parse(oursRun.stdout.trim().split("\n").at(-1) ?? "") as { maxRssKiB: number };
    peakRssKiB = Math.max(peakRssKiB, maxRssKiB);
  }
  await runTimed("qemu-img", ["compare", "-f", from, "-F", to, source.path, ours]);
  const sizeRatio = (await allocatedBytes(ours)) / (await allocatedBytes(qemu));
  await Promise.all([rm(ours), rm(qemu)]);
  const [oursSeconds, qemuSeconds] = [median(oursRuns), median(qemuRuns)];
  const speedRatio = qemuSeconds / oursSeconds;
  const peakRssMiB = peakRssKiB / 1024;
  const withinBudget = speedRatio >= budget.speedRatio && sizeRatio <= budget.sizeRatio && peakRssMiB <= budget.peakRssMiB;
  return { name, runs, oursSeconds, qemuSeconds, speedRatio, sizeRatio, peakRssMiB, withinBudget, budget };
}

function optionsOfQemu({ targetFormat, codec, subformat }: Conversion): readonly string[] {
  if (subformat !== undefined) {
    return ["-o", `subformat=${subformat}`];
  }
  const option = qemuOptions[targetFormat];
  return codec === "none" ? (option === undefined ? [] : ["-o", option]) : ["-c", "-o", `compression_type=${codec}`];
}

function argumentsOfOurs({ program, source, targetFormat, codec, subformat = "" }: Conversion, target: string): readonly string[] {
  if (program === "package") {
    return ["--disable-warning=ExperimentalWarning", child, source.format, source.path, targetFormat, target, codec, subformat];
  }
  const kind = subformat === "" ? [] : ["--subformat", subformat];
  const compressed = codec === "none" || kind.length > 0 ? [] : ["--compression", codec];
  const convert = ["disk", "convert", source.path, target, "-f", source.format, "-O", targetFormat, ...kind, ...compressed];
  return ["--import", reportMemory, cli, ...convert];
}

async function allocatedBytes(path: string): Promise<number> {
  return (await stat(path)).blocks * 512;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
