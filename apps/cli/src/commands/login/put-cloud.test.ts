import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { putCloud } from "./put-cloud.ts";
import type { CloudEntry } from "./put-cloud.ts";

const entry: CloudEntry = {
  auth: {
    auth_url: "http://127.0.0.1:9292/v3",
    username: "123",
    password: "a: b #c",
    user_domain_name: "Default",
    project_name: "demo",
    project_domain_name: "Default",
  },
  identity_api_version: 3,
};

function put(text: string, { name = "tintype", force = false } = {}): string | undefined {
  return putCloud(text, { name, entry, force, path: "/x/clouds.yaml" });
}

test("a cloud comes into an empty file, and into one that has none", () => {
  for (const text of ["", "# mine\n", "clouds:\n", "clouds: {}\n", "cache:\n  expiration_time: 1\n"]) {
    const written = put(text) ?? "";
    assert.deepEqual(parse(written).clouds, { tintype: entry }, text);
    assert.match(written, /^ {2}tintype:\n {4}auth:\n {6}auth_url: http/m);
  }
  assert.match(put("# mine\n") ?? "", /^# mine\n/);
});

test("other clouds, settings and comments stay", () => {
  const text =
    "# top\ncache:\n  auth: true\nclouds:\n  # the one at work\n  work:\n    auth: &who\n      username: me # side\n  more:\n    auth:\n      <<: *who\n# end\n";
  const written = put(text) ?? "";
  assert.deepEqual(parse(written, { merge: true }), {
    ...parse(text, { merge: true }),
    clouds: { ...parse(text, { merge: true }).clouds, tintype: entry },
  });
  for (const comment of ["# top", "# the one at work", "# side", "# end"]) {
    assert.ok(written.includes(comment), comment);
  }
});

test("a cloud that says the same already is left alone, with what else it says", () => {
  const text = put("") ?? "";
  assert.equal(put(text), undefined);
  assert.equal(put(`${text}    region_name: here\n`), undefined);
  assert.equal(put(text.replace("version: 3", 'version: "3"')), undefined);
});

test("a cloud that says something else is replaced as a whole, when that is wanted", () => {
  const text = `${(put("") ?? "").replace('username: "123"', "username: other")}    region_name: here\n`;
  assert.throws(() => put(text), {
    name: "UsageError",
    message: /\/x\/clouds\.yaml has a cloud "tintype" that says something else\. .*--cloud.*--force/,
  });
  assert.deepEqual(parse(put(text, { force: true }) ?? "").clouds.tintype, entry);
  assert.throws(() => put("clouds:\n  tintype:\n"), { name: "UsageError" });
  assert.equal(Object.keys(parse(put(text, { name: "second" }) ?? "").clouds).length, 2);
});

test("a file that holds something else is not touched", () => {
  for (const text of ["clouds: [", "[1]", "words", "clouds: 3\n", "clouds: [a]\n", "a: 1\n---\nb: 2\n"]) {
    assert.throws(() => put(text, { force: true }), { name: "UsageError", message: /^\/x\/clouds\.yaml/ }, text);
  }
});
