/**
 * `npm run bench:store`: what the store does, beside what other programs take for part of the same work in the same run. `--json` prints
 * the same as JSON, `--runs N` repeats the comparisons N times, `--only TEXT` takes the cases whose name holds TEXT.
 *
 * Needs Debian with zstd; about 10 GiB beside the Debian disk, which is built once, as root, and kept (see
 * test/fixtures/build-debian-disk.sh). Every measurement is a process of its own, so that its memory can be told.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { isMet } from "./bench-case.ts";
import type { BenchResult } from "./bench-case.ts";
import { openBenchFolder } from "./bench-folder.ts";
import { latencyCases } from "./latency-cases.ts";
import { sizeCases } from "./size-cases.ts";
import { speedCases } from "./speed-cases.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    runs: { type: "string", default: "3" },
    only: { type: "string", default: "" },
  },
});
const load = loadavg()[0]?.toFixed(1);
await using folder = await openBenchFolder();
const results: BenchResult[] = [];
for (const bench of [...speedCases, ...sizeCases, ...latencyCases]) {
  if (bench.name.includes(values.only)) {
    results.push(...(await bench.run(folder, Number(values.runs))));
  }
}
console.log(
  values.json
    ? JSON.stringify({ load, results: results.map((result) => ({ ...result, met: isMet(result) })) }, undefined, 2)
    : asTable(results),
);
if (results.some((result) => isMet(result) === false)) {
  process.exitCode = 1;
}

function asTable(all: readonly BenchResult[]): string {
  const rows = all.map((result) => {
    const { name, value, unit = "x", budget, figures } = result;
    const bound = budget === undefined ? "" : "least" in budget ? `>= ${budget.least}` : `<= ${budget.most}`;
    const met = isMet(result);
    return [name, `${value.toFixed(unit === "MiB" ? 0 : 3)} ${unit}`, bound, met === undefined ? "" : met ? "met" : "MISSED", figures];
  });
  const table = [["what", "measured", "budget", "", `figures (load of the machine before: ${load})`], ...rows];
  const widths = table.reduce<number[]>((widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)), []);
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
