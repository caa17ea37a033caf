import assert from "node:assert/strict";
import { test } from "node:test";
import { parseStoresFile } from "./parse-stores-file.ts";

const s3 = { endpoint: "https://s3.example.org", bucket: "images", accessKey: "key", secretKeyFile: "secret" };
const parse = (value: unknown) => parseStoresFile(JSON.stringify(value));

test("the store of the settings is called main, and is the default, where the file says nothing else", () => {
  const { stores: plans, lost } = parse({ stores: [{ name: "far-away", description: "slow", weight: -3, dir: "/mnt/far" }] });
  assert.deepEqual(plans, [
    { name: "main", description: "", weight: 0, isDefault: true, place: { kind: "settings" } },
    { name: "far-away", description: "slow", weight: -3, isDefault: false, place: { kind: "dir", dir: "/mnt/far" } },
  ]);
  assert.deepEqual(lost, []);
});

test("the file may name the store of the settings, and another default", () => {
  const { stores: plans } = parse({
    default: "bucket",
    stores: [
      { name: "fast", weight: 10 },
      { name: "bucket", s3 },
    ],
  });
  assert.deepEqual(
    plans.map(({ name, isDefault, place }) => [name, isDefault, place.kind]),
    [
      ["fast", false, "settings"],
      ["bucket", true, "s3"],
    ],
  );
  assert.deepEqual(parse({ stores: [] }).stores.length, 1);
  assert.deepEqual(parse({ stores: [], lost: ["gone"] }).lost, ["gone"]);
});

const refused: readonly (readonly [string, unknown, RegExp])[] = [
  ["what is no object", [], /: \/ must be object/],
  ["an unknown field", { stores: [{ name: "a", dri: "/x" }] }, /\/stores\/0 has an unknown field "dri"; the nearest known one is "dir"/],
  ["a secret in the file", { stores: [{ name: "a", s3: { ...s3, secretKey: "hush" } }] }, /unknown field "secretKey".*"secretKeyFile"/],
  ["no file for the secret", { stores: [{ name: "a", s3: { ...s3, secretKeyFile: undefined } }] }, /\/stores\/0\/s3 .*secretKeyFile/],
  ["an empty name", { stores: [{ name: "", dir: "/x" }] }, /\/stores\/0\/name/],
  ["capital letters in a name", { stores: [{ name: "Fast", dir: "/x" }] }, /\/stores\/0\/name/],
  ["a name of 64 characters", { stores: [{ name: "a".repeat(64), dir: "/x" }] }, /\/stores\/0\/name/],
  ["a weight that is text", { stores: [{ name: "a", dir: "/x", weight: "3" }] }, /\/stores\/0\/weight must be integer/],
  ["a weight that is no whole number", { stores: [{ name: "a", dir: "/x", weight: 0.5 }] }, /\/stores\/0\/weight/],
  ["a weight out of bounds", { stores: [{ name: "a", dir: "/x", weight: 1_000_001 }] }, /\/stores\/0\/weight/],
  [
    "a name given twice",
    {
      stores: [
        { name: "a", dir: "/x" },
        { name: "a", dir: "/y" },
      ],
    },
    /the name "a" is given to two stores/,
  ],
  [
    "the name main for another store",
    { stores: [{ name: "main", dir: "/x" }] },
    /"main" is given to two stores; the store of the settings/,
  ],
  ["a store that is there and lost", { stores: [{ name: "a", dir: "/x" }], lost: ["b", "a"] }, /"a" is said to be lost in \/lost/],
  ["a store in two places", { stores: [{ name: "a", dir: "/x", s3 }] }, /"a", has both "dir" and "s3"/],
  ["two stores of the settings", { stores: [{ name: "a" }, { name: "b" }] }, /a and b have neither "dir" nor "s3"/],
  [
    "a default that is not named",
    { default: "b", stores: [{ name: "a", dir: "/x" }] },
    /\/default is "b", and no store has that name; there are main, a/,
  ],
  ["an address that is none", { stores: [{ name: "a", s3: { ...s3, endpoint: "ftp://x" } }] }, /\/stores\/0\/s3\/endpoint/],
];

for (const [what, value, reason] of refused) {
  test(`a file with ${what} is refused`, () => {
    assert.throws(() => parse(value), reason);
  });
}

test("refusals repeat no values, which could be secrets", () => {
  assert.throws(
    () => parse({ stores: [{ name: "a", s3: { ...s3, secretKey: "hush" } }] }),
    (error: Error) => !error.message.includes("hush"),
  );
  assert.throws(() => parseStoresFile('{"secret": "hush'), /^Error: it is not JSON$/);
});
