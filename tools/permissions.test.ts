import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { permissionsPage } from "./permissions-page.ts";
import { servedDocuments } from "./served-documents.ts";

test("R-304: the page of permissions is what the tables and the calls say", async () => {
  const page = permissionsPage([...(await servedDocuments()).values()]);
  // Compared by hand: the page is too long to be shown.
  assert.ok(readFileSync("docs/permissions.md", "utf8") === page, 'docs/permissions.md is stale: run "npm run permissions"');
  for (const action of ["ims:quotas:get", "ims:images:upload"]) {
    const line = page.split("\n").find((candidate) => candidate.startsWith(`| \`${action}\``)) ?? "";
    assert.match(line, /\| √ \| √ \|/, `${action} is for projects and for enterprise projects`);
  }
});
