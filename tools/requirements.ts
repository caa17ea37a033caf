/**
 * `npm run requirements`: writes docs/requirements.md from the titles of the tests: which requirements are proven, by what, and which not yet.
 * With `--check` it only compares, and exits 1 when the page differs.
 */
import { glob, readFile, writeFile } from "node:fs/promises";
import { requirementGroups } from "./requirement-groups.table.ts";
import type { RequirementGroup } from "./requirement-groups.table.ts";
import { requirementTests } from "./requirement-tests.ts";
import type { NamedTest } from "./requirement-tests.ts";

const page = "docs/requirements.md";
const places = [
  "packages/**/*.test.ts",
  "packages/**/*.contract.ts",
  "apps/**/*.test.ts",
  "apps/**/*.contract.ts",
  "tools/**/*.test.ts",
  "test/**/*.test.ts",
];

const label = (number: number): string => `R-${String(number).padStart(3, "0")}`;

async function provenBy(): Promise<ReadonlyMap<number, readonly NamedTest[]>> {
  const proven = new Map<number, readonly NamedTest[]>();
  const files = await Array.fromAsync(glob(places, { exclude: ["**/node_modules/**"] }));
  for (const file of files.toSorted()) {
    for (const [number, tests] of requirementTests(file, await readFile(file, "utf8"))) {
      proven.set(number, [...(proven.get(number) ?? []), ...tests]);
    }
  }
  return proven;
}

function numbersOf({ first, last }: RequirementGroup): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function section(group: RequirementGroup, proven: ReadonlyMap<number, readonly NamedTest[]>): readonly string[] {
  const numbers = numbersOf(group);
  const open = numbers.filter((number) => !proven.has(number));
  const lines = numbers.flatMap((number) => {
    const tests = proven.get(number) ?? [];
    return tests.length === 0 ? [] : [`- **${label(number)}**`, ...tests.map(({ file, title }) => `  - ${escape(title)} (\`${file}\`)`)];
  });
  const heading = `## ${group.letter}. ${group.about}: ${numbers.length - open.length} of ${numbers.length}`;
  return [
    heading,
    "",
    ...lines,
    ...(lines.length > 0 ? [""] : []),
    ...(open.length > 0 ? [`Not yet: ${open.map(label).join(", ")}.`, ""] : []),
  ];
}

/** Titles are text, and no markup. */
function escape(title: string): string {
  return title.replace(/[<>*_`[\]\\]/g, "\\$&").replace(/\s+/g, " ");
}

const proven = await provenBy();
const all = requirementGroups.flatMap(numbersOf);
const unknown = [...proven.keys()].filter((number) => !all.includes(number));
const wanted = [
  "# Requirements and their proofs",
  "",
  "Made by `npm run requirements` from the titles of the tests; a number counts as proven when a test of that name exists and passes.",
  "A requirement with several sides may be proven in one and open in another: the titles say which.",
  "",
  `Proven: ${all.filter((number) => proven.has(number)).length} of ${all.length}.`,
  "",
  ...requirementGroups.flatMap((group) => section(group, proven)),
].join("\n");

if (unknown.length > 0) {
  console.log(`Tests name requirements that do not exist: ${unknown.map(label).join(", ")}`);
  process.exitCode = 1;
} else if (!process.argv.includes("--check")) {
  await writeFile(page, wanted);
} else if ((await readFile(page, "utf8")) !== wanted) {
  console.log(`${page} is not what the tests are named: run "npm run requirements" and commit it`);
  process.exitCode = 1;
}
