import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openers } from "@tintype/disk/formats/openers.table.ts";
import { planners } from "@tintype/disk/formats/planners.table.ts";

test("R-253: every format that is read or written has a page that says what is read, written and refused", () => {
  for (const format of new Set([...Object.keys(openers), ...Object.keys(planners)])) {
    const page = readFileSync(`docs/formats/${format}.md`, "utf8");
    assert.match(page, /^## Read/m, format);
    assert.match(page, /refused/i, format);
    if (format in planners) {
      assert.match(page, /^## Writ/m, format);
    }
  }
});
