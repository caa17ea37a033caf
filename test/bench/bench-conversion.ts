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

/** One program at its work. */
interface Contender {
  readonly command: string;
  readonly args: readonly string[];
  readonly target: string;
}

/** What one run took, printed, and left on the disk. */
interface Run {
  readonly seconds: number;
  readonly stdout: string;
  readonly allocatedBytes: number;
}

/**
 * Runs both programs in turn, each in a fresh process, and compares the medians. The first run of each does not count: it brings the source
 * into the page cache for both, and its output is compared with the source. Each output is removed before the other program starts, so that
 * both find the same free memory.
 *
 * Throws  Error when a program fails or our output differs from the source
 */
export async function benchConversion(conversion: Conversion, folder: string): Promise<ConversionResult> {
  const { name, source, targetFormat, budget } = conversion;
  const [from, to] = [qemuFormats[source.format] ?? source.format, qemuFormats[targetFormat] ?? targetFormat];
  const [oursTarget, qemuTarget] = [`${folder}/ours.${targetFormat}`, `${folder}/qemu.${targetFormat}`];
  const ours = { command: process.execPath, args: argumentsOfOurs(conversion, oursTarget), target: oursTarget };
  const qemuArgs = ["convert", "-f", from, "-O", to, ...optionsOfQemu(conversion), source.path, qemuTarget];
  const qemu = { command: "qemu-img", args: qemuArgs, target: qemuTarget };
  const compare = () => runTimed("qemu-img", ["compare", "-f", from, "-F", to, source.path, oursTarget]);
  const oursRuns = [await runOnce(ours, compare)];
  const qemuRuns = [await runOnce(qemu)];
  // A single run is long enough that warming up would only double the wait.
  for (let run = 0; conversion.runs > 1 && run < conversion.runs; run += 1) {
    oursRuns.push(await runOnce(ours));
    qemuRuns.push(await runOnce(qemu));
  }
  const [oursSeconds, qemuSeconds] = [medianSeconds(oursRuns), medianSeconds(qemuRuns)];
  const speedRatio = qemuSeconds / oursSeconds;
  const sizeRatio = (oursRuns.at(-1)?.allocatedBytes ?? NaN) / (qemuRuns.at(-1)?.allocatedBytes ?? NaN);
  const peakRssMiB = Math.max(...oursRuns.map(peakRssKiB)) / 1024;
  const withinBudget = speedRatio >= budget.speedRatio && sizeRatio <= budget.sizeRatio && peakRssMiB <= budget.peakRssMiB;
  return { name, runs: conversion.runs, oursSeconds, qemuSeconds, speedRatio, sizeRatio, peakRssMiB, withinBudget, budget };
}

async function runOnce({ command, args, target }: Contender, check?: () => Promise<unknown>): Promise<Run> {
  const { seconds, stdout } = await runTimed(command, args);
  const { blocks } = await stat(target);
  await check?.();
  await rm(target);
  return { seconds, stdout, allocatedBytes: blocks * 512 };
}

function peakRssKiB({ stdout }: Run): number {
  // Both of our programs end with a line of this shape.
  return (JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as { maxRssKiB: number }).maxRssKiB;
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

/** The median of the runs that count: all but the first, where there are more. */
function medianSeconds(runs: readonly Run[]): number {
  const sorted = runs
    .slice(runs.length > 1 ? 1 : 0)
    .map(({ seconds }) => seconds)
    .toSorted((one, other) => one - other);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
