/** Prints lines per source file for every package, and fails when a file is longer than the house allows. */
import { globSync, readFileSync } from "node:fs";

const sourceCeiling = 400;
const testCeiling = 600;

interface Row {
  readonly name: string;
  readonly lines: readonly number[];
}

const isTest = (path: string) => /\.(test|contract)\.ts$/.test(path) || path.startsWith("test/") || path.includes("/testing/");
const isData = (path: string) => path.endsWith(".table.ts");

const roots = [...globSync("packages/*"), ...globSync("apps/*"), "tools", "test"].toSorted();
const tooLong: string[] = [];
const rows: Row[] = [];
for (const root of roots) {
  const files = globSync(`${root}/**/*.ts`, { exclude: ["**/node_modules/**"] });
  const lines: number[] = [];
  for (const file of files) {
    const count = readFileSync(file, "utf8").split("\n").length - 1;
    if (!isData(file) && count > (isTest(file) ? testCeiling : sourceCeiling)) {
      tooLong.push(`${file}: ${count} lines`);
    }
    if (!isTest(file) && !isData(file)) {
      lines.push(count);
    }
  }
  rows.push({ name: root, lines: lines.toSorted((a, b) => a - b) });
}

const at = (sorted: readonly number[], share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
console.log("package".padEnd(20), ...["files", "median", "p75", "p90", "p95", "max", ">300"].map((title) => title.padStart(7)));
for (const { name, lines } of rows) {
  if (lines.length === 0) {
    continue;
  }
  const over = lines.filter((count) => count > 300).length;
  const columns = [lines.length, at(lines, 0.5), at(lines, 0.75), at(lines, 0.9), at(lines, 0.95), lines.at(-1) ?? 0, over];
  console.log(name.padEnd(20), ...columns.map((value) => String(value).padStart(7)));
}
if (tooLong.length > 0) {
  console.log(`Too long (${sourceCeiling} lines a file, ${testCeiling} a test; data belongs into *.table.ts):\n${tooLong.join("\n")}`);
  process.exit(1);
}
