import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { afterPrefix } from "./after-prefix.ts";

const text = fc.string({ unit: "binary", maxLength: 6 });
const compare = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

test("a text starts with a prefix exactly when it lies between the prefix and what comes after it", () => {
  fc.assert(
    fc.property(text, text, fc.boolean(), (prefix, other, isInside) => {
      const key = isInside ? prefix + other : other;
      const end = afterPrefix(prefix);
      const isBetween = compare(key, prefix) >= 0 && (end === undefined || compare(key, end) < 0);
      assert.equal(isBetween, key.startsWith(prefix));
    }),
  );
});

test("what comes after a prefix skips the surrogates and the characters that have no next one", () => {
  assert.equal(afterPrefix("a\ud7ff"), "a\ue000");
  assert.equal(afterPrefix("a\u{10ffff}\u{10ffff}"), "b");
  assert.equal(afterPrefix("\u{10ffff}"), undefined);
  assert.equal(afterPrefix(""), undefined);
});
