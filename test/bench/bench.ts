/**
 * `npm run bench`: conversions of a real 10 GiB disk, against `qemu-img convert` in the same run. `--json` prints the same as JSON,
 * `--runs N` repeats the quick ones N times, `--only TEXT` takes the cases whose name holds TEXT, `--cli` measures `tintype disk convert`
 * instead of the package alone.
 *
 * Needs Debian, and the package qemu-utils. The disk is built once, as root, and kept (see test/fixtures/build-debian-disk.sh).
 */
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
  const qcow2 = join(folder, "source.qcow2");
  execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, qcow2]);
  const results: ConversionResult[] = [];
  for (const conversion of conversions(raw, qcow2, Number(values.runs))) {
    if (conversion.name.includes(values.only)) {
      results.push(await benchConversion({ ...conversion, program: values.cli ? "cli" : "package" }, folder));
    }
  }
  console.log(values.json ? JSON.stringify(results, undefined, 2) : asTable(results));
} finally {
  await rm(folder, { recursive: true });
}

function conversions(rawPath: string, qcow2Path: string, runs: number): readonly Omit<Conversion, "program">[] {
  const fromRaw = { format: "raw", path: rawPath } as const;
  const fromQcow2 = { format: "qcow2", path: qcow2Path } as const;
  const plain = { speedRatio: 1, sizeRatio: 1.02, peakRssMiB: 200 };
  return [
    { name: "raw -> qcow2", source: fromRaw, targetFormat: "qcow2", codec: "none", runs, budget: plain },
    { name: "qcow2 -> raw", source: fromQcow2, targetFormat: "raw", codec: "none", runs, budget: plain },
    {
      name: "raw -> qcow2 -c",
      source: fromRaw,
      targetFormat: "qcow2",
      codec: "zlib",
      runs: 1,
      budget: { speedRatio: 5, sizeRatio: 1.15, peakRssMiB: 200 },
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
