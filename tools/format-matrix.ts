/**
 * `npm run matrix`: writes the table of disk formats into packages/disk/README.md, from the tables that the code opens and writes by.
 * With `--check` it only compares, and exits 1 when the page differs.
 */
import { readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { probes } from "@tintype/disk/detect/probes.table.ts";
import { openers } from "@tintype/disk/formats/openers.table.ts";
import { planners } from "@tintype/disk/formats/planners.table.ts";

const page = "packages/disk/README.md";
const [begin, end] = ["<!-- formats: made by npm run matrix -->", "<!-- end of formats -->"];

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function matrix(): string {
  const names = [...new Set([...Object.keys(openers), ...Object.keys(planners)])].toSorted();
  const rows = names.map((name) => {
    // The names are keys of one table or the other.
    const reads = openers[name as keyof typeof openers]?.reads ?? (name === "ova" ? "one disk of the archive, chosen by name" : "–");
    const writes = planners[name as keyof typeof planners]?.writes ?? "–";
    const file = `docs/formats/${name}.md`;
    return row([existsSync(file) ? `[${name}](../../${file})` : name, reads, writes]);
  });
  const refused = probes.filter(({ handling }) => handling !== "open").map(({ label }) => label);
  return [
    row(["format", "read", "written"]),
    row(["---", "---", "---"]),
    ...rows,
    "",
    `A raw disk inside gzip or zstd is read through, forward only. Recognised and refused by name: ${refused.join("; ")}.`,
  ].join("\n");
}

const text = await readFile(page, "utf8");
const [before, rest] = text.split(begin);
const [, after] = (rest ?? "").split(end);
if (before === undefined || after === undefined) {
  throw new Error(`${page} must hold the two marks around the table`);
}
const wanted = `${before}${begin}\n\n${matrix()}\n\n${end}${after}`;
if (!process.argv.includes("--check")) {
  await writeFile(page, wanted);
} else if (wanted !== text) {
  console.log(`${page} is not what the code can do: run "npm run matrix" and commit it`);
  process.exitCode = 1;
}
