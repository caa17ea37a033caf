import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { layers, runtimeDependencies } from "./layers.table.ts";

/** Answers the file that an import names, from the root of the repository; undefined for packages from the registry and Node's own modules. */
function importedFile(importer: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) {
    return join(dirname(importer), specifier);
  }
  const own = /^@tintype\/(\w+)\/(.+)$/.exec(specifier);
  if (!own) {
    return undefined;
  }
  const [, name, path] = own;
  const root = name === "server" || name === "cli" ? "apps" : "packages";
  return `${root}/${name}/src/${path}`;
}

const lies = (file: string, place: string) => file === place || file.startsWith(`${place}/`);
const isTestCode = (file: string) => /\.(test|contract)\.ts$/.test(file) || file.includes("/testing/");

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;"']*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
}

test("imports only go down the floors", () => {
  const files = globSync("{packages,apps,tools,test}/**/*.ts", { exclude: ["**/node_modules/**"] });
  assert.ok(files.length > 50, "the test must see the tree");
  const wrong: string[] = [];
  for (const file of files) {
    if (isTestCode(file)) {
      continue;
    }
    const layer = layers.find(({ from }) => lies(file, from));
    if (layer === undefined) {
      wrong.push(`${file}: no layer names this place; add one to tools/layers.table.ts`);
      continue;
    }
    for (const specifier of importsOf(file)) {
      const target = importedFile(file, specifier);
      if (target !== undefined && !lies(target, layer.from) && !layer.mayImport.some((place) => lies(target, place))) {
        wrong.push(`${file} imports ${target}, but ${layer.because}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test("each dialect of the wire stands alone", () => {
  const shared = ["authentication", "ops"];
  const wrong: string[] = [];
  for (const file of globSync("apps/server/src/http/*/**/*.ts")) {
    const dialect = file.split("/")[4] ?? "";
    for (const specifier of importsOf(file)) {
      const target = importedFile(file, specifier);
      const other = target?.startsWith("apps/server/src/http/") ? (target.split("/")[4] ?? "") : dialect;
      if (!other.endsWith(".ts") && other !== dialect && !shared.includes(other) && !isTestCode(file)) {
        wrong.push(`${file} imports ${target}: dialects share use cases, not wire code`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test("a workspace installs what was decided and nothing more", () => {
  for (const [place, allowed] of Object.entries(runtimeDependencies)) {
    // A package.json of ours: its shape is known.
    const { dependencies = {} } = JSON.parse(readFileSync(`${place}/package.json`, "utf8")) as { dependencies?: Record<string, string> };
    assert.deepEqual(Object.keys(dependencies).toSorted(), [...allowed].toSorted(), place);
  }
});
