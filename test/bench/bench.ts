/**
 * `npm run bench`: conversions of a real 10 GiB disk, against `qemu-img convert` in the same run. `--json` prints the same as JSON,
 * `--runs N` repeats the quick ones N times, `--only TEXT` takes the cases whose name holds TEXT, `--cli` measures `tintype disk convert`
 * instead of the package alone.
 *
 * Needs Debian, and the package qemu-utils. The disk is built once, as root, and kept (see test/fixtures/build-debian-disk.sh).
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { benchConversion } from "./bench-conversion.ts";
import type { Conversion, ConversionResult } from "./bench-conversion.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    runs: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    cli: { type: "boolean", default: false },
  },
});
const builder = new URL("../fixtures/build-debian-disk.sh", import.meta.url).pathname;
const raw = execFileSync(builder, { encoding: "utf8" }).trim();
// Beside the source, so that reading and writing meet the same disk.
const folder = await mkdtemp(join(dirname(raw), "bench-"));
try {
  const results: ConversionResult[] = [];
  for (const conversion of conversions(raw, folder, Number(values.runs))) {
    if (conversion.name.includes(values.only)) {
      await makeSource(conversion.source);
      results.push(await benchConversion({ ...conversion, program: values.cli ? "cli" : "package" }, folder));
    }
  }
  console.log(values.json ? JSON.stringify(results, undefined, 2) : asTable(results));
} finally {
  await rm(folder, { recursive: true });
}

/** Makes a source that is not there yet; qemu-img makes it, so that it is a file like any other. */
async function makeSource({ format, path }: Conversion["source"]): Promise<void> {
  if (!existsSync(path)) {
    const options = format === "vhd" ? ["-O", "vpc", "-o", "force_size=on"] : ["-O", format];
    execFileSync("qemu-img", ["convert", "-f", "raw", ...options, raw, path]);
  }
}

function conversions(rawPath: string, place: string, runs: number): readonly Omit<Conversion, "program">[] {
  const source = (format: Conversion["source"]["format"]) => ({
    format,
    path: format === "raw" ? rawPath : join(place, `source.${format}`),
  });
  const plain = { speedRatio: 1, sizeRatio: 1.02, peakRssMiB: 200 };
  const compressed = { speedRatio: 5, sizeRatio: 1.15, peakRssMiB: 200 };
  const formats = ["qcow2", "vmdk", "vhd", "vhdx", "vdi"] as const;
  return [
    ...formats.flatMap((format) => [
      { name: `raw -> ${format}`, source: source("raw"), targetFormat: format, codec: "none", runs, budget: plain } as const,
      { name: `${format} -> raw`, source: source(format), targetFormat: "raw", codec: "none", runs, budget: plain } as const,
    ]),
    { name: "raw -> qcow2 -c", source: source("raw"), targetFormat: "qcow2", codec: "zlib", runs: 1, budget: compressed },
    { name: "qcow2 -> qcow2 -c", source: source("qcow2"), targetFormat: "qcow2", codec: "zlib", runs: 1, budget: compressed },
    {
      name: "qcow2 -> vmdk streamOptimized",
      source: source("qcow2"),
      targetFormat: "vmdk",
      codec: "zlib",
      subformat: "streamOptimized",
      runs: 1,
      budget: compressed,
    },
  ];
}

function asTable(results: readonly ConversionResult[]): string {
  const rows = results.map((result) => [
    result.name,
    String(result.runs),
    result.oursSeconds.toFixed(2),
    result.qemuSeconds.toFixed(2),
    `${result.speedRatio.toFixed(2)}x (>= ${result.budget.speedRatio})`,
    `${result.sizeRatio.toFixed(3)} (<= ${result.budget.sizeRatio})`,
    `${result.peakRssMiB.toFixed(0)} (<= ${result.budget.peakRssMiB})`,
    result.withinBudget ? "met" : "MISSED",
  ]);
  const table = [["conversion", "runs", "ours s", "qemu s", "speed", "size", "RSS MiB", "budget"], ...rows];
  const widths = table.reduce<number[]>((widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)), []);
  return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}
