/**
 * `npm run docs`: writes the pages that are made from tables, docs/rules.md and docs/limits.md.
 * With `--check` it only compares, and exits 1 naming each page that differs.
 */
import { readFile, writeFile } from "node:fs/promises";
import { limitsPage } from "./limits-page.ts";
import { rulesPage } from "./rules-page.ts";

const pages = { "docs/rules.md": rulesPage(), "docs/limits.md": limitsPage() };

for (const [path, text] of Object.entries(pages)) {
  if (!process.argv.includes("--check")) {
    await writeFile(path, text);
  } else if ((await readFile(path, "utf8")) !== text) {
    console.log(`${path} is not what the tables say: run "npm run docs" and commit it`);
    process.exitCode = 1;
  }
}
