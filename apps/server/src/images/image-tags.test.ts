import assert from "node:assert/strict";
import { test } from "node:test";
import { repeatedKey, tagFault, tagText } from "./image-tags.ts";

test("R-196: keys have 1 to 36 letters, digits, Chinese characters, _ or -, values up to 43 of these or dots", () => {
  assert.equal(tagFault({ key: "环境-env_1", value: "生产.v1" }), false);
  assert.equal(tagFault({ key: "k".repeat(36), value: "v".repeat(43) }), false);
  assert.equal(tagFault({ key: "k".repeat(37), value: "" }), true);
  assert.equal(tagFault({ key: "k", value: "v".repeat(44) }), true);
  assert.equal(tagFault({ key: "", value: "v" }), true);
  assert.equal(tagFault({ key: "a.b", value: "" }), true);
  assert.equal(tagFault({ key: "a", value: "x=y" }), true);
});

test("a key that comes twice is found, whatever its values", () => {
  assert.equal(
    repeatedKey([
      { key: "a", value: "1" },
      { key: "b", value: "1" },
      { key: "a", value: "2" },
    ]),
    "a",
  );
  assert.equal(
    repeatedKey([
      { key: "a", value: "1" },
      { key: "A", value: "1" },
    ]),
    undefined,
  );
});

test("a tag is kept as key=value, or as its key alone", () => {
  assert.equal(tagText({ key: "env", value: "prod" }), "env=prod");
  assert.equal(tagText({ key: "env", value: "" }), "env");
});
