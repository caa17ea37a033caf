import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { boundedJson } from "./bounded-json.ts";
import { keptBodyBytes } from "./trace-of-call.ts";

const secret = "s3cr3t-hunter2";

const secretFields = [
  "password",
  "original_password",
  "adminPass",
  "secret",
  "secret_key",
  "secretKey",
  "X-Auth-Token",
  "X-Subject-Token",
  "securitytoken",
  "token",
  "plain_text",
  "cipher_text",
  "data_key",
  "private-key",
  "user_data",
  "Authorization",
];

/** Places in which a secret may stand, each beside what any body may hold. */
const secretPlace = fc
  .constantFrom(...secretFields)
  .chain((field) =>
    fc.constantFrom<unknown>(
      { [field]: secret },
      { [field]: { nested: [secret] } },
      { [field]: [secret] },
      { key: field, value: secret },
      { key: field, values: [secret] },
      { name: field, value: secret },
      { op: "add", path: `/${field}`, value: secret },
      `${field}=${secret}`,
      `${field}.${secret}`,
      `${field}:${secret}`,
      `${field}: Bearer ${secret}`,
      `note: ${field}=${secret}`,
      `some text; ${field} = "${secret}"`,
      JSON.stringify({ user: "u", [field]: secret, more: 1 }),
      `https://user:${secret}@example.org/path`,
      `see https://example.org/path?X-Amz-Signature=${secret} there`,
    ),
  );

const noise = fc.jsonValue({ maxDepth: 2 });

/** A secret somewhere in a body: some levels down, with other things around it. */
const bodies = fc
  .tuple(secretPlace, fc.array(fc.tuple(fc.boolean(), fc.string({ maxLength: 8 }), noise), { maxLength: 9 }))
  .map(([place, levels]) =>
    levels.reduce<unknown>((inside, [isList, name, other]) => (isList ? [other, inside] : { other, [name]: inside }), place),
  );

test("a secret in any field that is known to hold one never shows, and what is kept is JSON within its bound", () => {
  fc.assert(
    fc.property(bodies, fc.integer({ min: 300, max: keptBodyBytes }), (body, limit) => {
      const text = boundedJson(body, limit);
      assert.ok(!text.includes(secret), text);
      assert.ok(Buffer.byteLength(text) <= limit);
      JSON.parse(text);
    }),
    { numRuns: 2_000 },
  );
});

test("a body that fits and holds no secret is kept as it is", () => {
  const body = { name: "镜像", tags: [{ key: "env", value: "t" }], min_disk: 40, is_config: true, nothing: null, list: [[1], {}] };
  assert.deepEqual(JSON.parse(boundedJson(body, keptBodyBytes)), body);
});

test("what is too long, too wide or too deep is left out, and shows that it was", () => {
  const deep: unknown = Array.from({ length: 1_000 }).reduce((inside) => ({ inside }), "bottom");
  for (const body of [
    "x".repeat(1_000_000),
    "\u0000".repeat(10_000),
    Array.from({ length: 1_000_000 }, () => 1),
    Array.from({ length: 100_000 }, () => [{}]),
    Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`name ${index}`, index])),
    { ["n".repeat(100_000)]: "n".repeat(100_000) },
    deep,
  ]) {
    const text = boundedJson(body, keptBodyBytes);
    assert.ok(Buffer.byteLength(text) <= keptBodyBytes);
    assert.ok(text.includes("…"), text.slice(0, 100));
    JSON.parse(text);
  }
});

test("half a character, a prototype's name and a text that looks like JSON are texts like others", () => {
  const body = JSON.parse('{"__proto__": {"a": 1}, "constructor": "x", "half": "\\ud800", "json": "{\\"name\\":1}"}') as unknown;
  assert.deepEqual(JSON.parse(boundedJson(body, keptBodyBytes)), body);
});
