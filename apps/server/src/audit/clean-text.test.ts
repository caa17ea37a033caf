import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { cleanText } from "./clean-text.ts";

test("a cleaned text has no control characters, no halves of characters, and is as long as it may be", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 100 }), fc.integer({ min: 1, max: 50 }), (text, longest) => {
      const clean = cleanText(text, longest);
      assert.ok(clean.isWellFormed());
      assert.doesNotMatch(clean, /[\p{Cc}\p{Cf}]/u);
      assert.ok(Array.from(clean).length <= longest);
    }),
  );
});

test("a name is cut by characters, not in the midst of one", () => {
  assert.equal(cleanText("镜像😀😀", 4), "镜像😀😀");
  assert.equal(cleanText("镜像😀😀x", 4), "镜像😀…");
  assert.equal(cleanText("n".repeat(10_000), 256).length, 256);
});

test("what would move a terminal's cursor or end a database's text is replaced", () => {
  assert.equal(cleanText("a\u0000b\u001b[2Jc\u202Ed", 100), "a\uFFFDb\uFFFD[2Jc\uFFFDd");
});
