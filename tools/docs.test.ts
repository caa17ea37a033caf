import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { operationRules } from "@tintype/server/images/operation-rules.ts";
import { limitDefaults } from "./limit-defaults.ts";
import { limitsPage } from "./limits-page.ts";
import { rulesPage } from "./rules-page.ts";

test("the pages of rules and limits are what the tables say", () => {
  for (const [path, page] of Object.entries({ "docs/rules.md": rulesPage(), "docs/limits.md": limitsPage() })) {
    // Compared by hand: the pages are too long to be shown.
    assert.ok(readFileSync(path, "utf8") === page, `${path} is stale: run "npm run docs"`);
  }
});

test("R-220: the page of limits has the nine headings of the documented constraints", () => {
  const headings = [...limitsPage().matchAll(/^## (.+) \/ /gm)].map(([, heading]) => heading);
  const documented = ["Create", "Import", "Share", "Copy", "Export", "Encrypt", "Delete", "Create servers", "Tags"];
  assert.deepEqual(headings.slice(0, documented.length), documented);
});

test("every rule of every operation is on the page of rules, with its code", () => {
  const page = rulesPage();
  for (const rules of Object.values(operationRules)) {
    for (const { name, requirement, code } of rules) {
      assert.ok(page.includes(`- **${name}** (${requirement}) \`${code}\``), name);
    }
  }
});

test("R-219: the limits of a service that was told nothing are the documented ones", () => {
  assert.deepEqual(
    {
      privateImages: limitDefaults.images.perProject,
      tasks: limitDefaults.jobs.concurrentPerProject,
      recipients: limitDefaults.members.perImage,
      recipientsOfWholeMachines: limitDefaults.members.perWholeImage,
      recipientsInACall: limitDefaults.members.perCall,
      copies: limitDefaults.copies.concurrentPerProject,
      copyGiB: limitDefaults.copies.maxDiskGiB,
      crossRegionGiB: limitDefaults.copies.maxCrossRegionGiB,
      largeRegionGiB: limitDefaults.copies.maxLargeRegionGiB,
      largeRegions: limitDefaults.copies.largeRegions,
      exportGiB: limitDefaults.exports.maxDiskGiB,
      fastExportGiB: limitDefaults.exports.maxQuickDiskGiB,
      refusedPlatforms: limitDefaults.exports.refusedPlatforms,
      importGiB: limitDefaults.imports.maxFileGiB,
      fastImportGiB: limitDefaults.imports.maxQuickFileGiB,
      dataDisks: limitDefaults.imports.maxDataDisks,
      uploadMiB: limitDefaults.imports.maxUploadMiB,
      systemDiskGiB: [limitDefaults.disks.minSystemGiB, limitDefaults.disks.maxSystemGiB],
      dataDiskGiB: [limitDefaults.disks.minDataGiB, limitDefaults.disks.maxDataGiB],
      tags: limitDefaults.tags.perImage,
    },
    {
      privateImages: 50,
      tasks: 40,
      recipients: 128,
      recipientsOfWholeMachines: 10,
      recipientsInACall: 100,
      copies: 5,
      copyGiB: 128,
      crossRegionGiB: 128,
      largeRegionGiB: 300,
      largeRegions: "cn-south-1,cn-east-3,cn-east-2,cn-north-4",
      exportGiB: 128,
      fastExportGiB: 1024,
      refusedPlatforms: "Windows,SUSE,RedHat,Ubuntu,Oracle Linux",
      importGiB: 128,
      fastImportGiB: 1024,
      dataDisks: 3,
      uploadMiB: 2048,
      systemDiskGiB: [1, 1024],
      dataDiskGiB: [1, 2048],
      tags: 10,
    },
  );
});
