/**
 * `npm run permissions`: writes docs/permissions.md from the tables of actions and roles and from the calls of the running service.
 * With `--check` it only compares, and exits 1 when the page differs.
 */
import { readFile, writeFile } from "node:fs/promises";
import { permissionsPage } from "./permissions-page.ts";
import { servedDocuments } from "./served-documents.ts";

const page = "docs/permissions.md";
const text = permissionsPage([...(await servedDocuments()).values()]);
if (!process.argv.includes("--check")) {
  await writeFile(page, text);
} else if ((await readFile(page, "utf8")) !== text) {
  console.log(`${page} is not what the tables say: run "npm run permissions" and commit it`);
  process.exitCode = 1;
}
