import assert from "node:assert/strict";
import { test } from "node:test";
import { describeUsers } from "./bootstrap-users.ts";
import type { Bootstrap } from "./bootstrap-schema.ts";

const file: Bootstrap = {
  domain: { id: "default", name: "Default" },
  projects: [{ name: "demo" }, { name: "ops" }],
  users: [
    { name: "ann", password: "secret-1", grants: [{ project: "demo", roles: ["admin"] }] },
    { name: "bob", password: "secret-2", grants: [{ allProjects: true, roles: ["reader"] }] },
    { name: "eve", password: "secret-3", grants: [] },
  ],
  groups: [{ name: "operators", users: ["ann"], grants: [{ project: "ops", roles: ["reader"] }] }],
};

test("users are told with their projects, those of their groups among them, and never with their passwords", () => {
  assert.equal(describeUsers(file), "ann (demo, ops), bob (all projects), eve (no project)");
});

test("of many users the first are told, and how many more there are", () => {
  const users = Array.from({ length: 25 }, (_, index) => ({ name: `u${index}`, password: "x", grants: [] }));
  assert.match(describeUsers({ ...file, users }), /^u0 \(no project\), .*, u19 \(no project\), and 5 more$/);
  assert.equal(describeUsers({ ...file, users: [] }), "nobody");
});
