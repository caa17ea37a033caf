import assert from "node:assert/strict";
import { test } from "node:test";
import { isServiceError } from "@tintype/contract/service-error.ts";
import { randomIds } from "../adapters/random-ids.ts";
import { sqlCatalog } from "../adapters/sql/sql-catalog.ts";
import { openSqlite } from "../adapters/sqlite/open-sqlite.ts";
import { applyBootstrap } from "./bootstrap.ts";
import type { Bootstrap } from "./bootstrap-schema.ts";
import { issueToken } from "./issue-token.ts";
import { parseBootstrap } from "./parse-bootstrap.ts";
import { readToken } from "./read-token.ts";

const bootstrap: Bootstrap = {
  domain: { id: "default", name: "Default" },
  projects: [{ name: "p" }],
  users: [
    {
      name: "u",
      password: "first",
      grants: [{ project: "p", roles: ["Member"] }],
      accessKeys: [{ access: "ACCESSKEY", secret: "sixteen-characters" }],
    },
  ],
};
const password = (text: string) => ({ method: "password", user: { name: "u", domain: { name: "Default" } }, password: text }) as const;
const inProject = { name: "p", domain: { id: "default" } };

async function world() {
  const clock = { time: 1_000_000, now: () => clock.time };
  const catalog = sqlCatalog(await openSqlite(":memory:"));
  await applyBootstrap(catalog, bootstrap);
  return { catalog, clock, ids: randomIds(clock), region: "local-1", tokenLifetimeMs: 3_600_000 };
}

const refusedAs = (code: string) => (error: unknown) => isServiceError(error) && error.code === code;

test("a token is good until its end, and then says when it expired", async () => {
  const deps = await world();
  const { token, record } = await issueToken(deps, { proof: password("first"), scope: inProject });
  deps.clock.time = record.expiresAt - 1;
  assert.deepEqual((await readToken(deps, token)).principal.roles, ["member"]);
  deps.clock.time = record.expiresAt;
  await assert.rejects(
    readToken(deps, token),
    (error: Error) => refusedAs("identity.tokenExpired")(error) && error.message.includes("1970-01-01T01:16:40"),
  );
});

test("issuing a token sweeps away those that expired more than a day ago", async () => {
  const deps = await world();
  const { record } = await issueToken(deps, { proof: password("first"), scope: undefined });
  for (const [after, isKept] of [
    [1, true],
    [24 * 3_600_000 + 1, false],
  ] as const) {
    deps.clock.time = record.expiresAt + after;
    await issueToken(deps, { proof: password("first"), scope: undefined });
    assert.equal((await deps.catalog.identity.token(record.digest)) !== undefined, isKept);
  }
});

test("the token itself is not kept", async () => {
  const deps = await world();
  const { token, record } = await issueToken(deps, { proof: password("first"), scope: undefined });
  assert.ok(!JSON.stringify(record).includes(token));
});

test("a bootstrap can be applied again, and a changed password counts from then on", async () => {
  const deps = await world();
  const [user] = bootstrap.users;
  assert.ok(user);
  await applyBootstrap(deps.catalog, bootstrap);
  await applyBootstrap(deps.catalog, { ...bootstrap, users: [{ ...user, password: "second" }] });
  await assert.rejects(issueToken(deps, { proof: password("first"), scope: inProject }), refusedAs("identity.badCredentials"));
  assert.equal((await issueToken(deps, { proof: password("second"), scope: inProject })).principal.project?.name, "p");
});

test("a changed secret key in the bootstrap counts from then on", async () => {
  const deps = await world();
  const users = bootstrap.users.map((user) => ({ ...user, accessKeys: [{ access: "ACCESSKEY", secret: "another-secret-key" }] }));
  await applyBootstrap(deps.catalog, { ...bootstrap, users });
  assert.equal((await deps.catalog.identity.accessKey("ACCESSKEY"))?.secret, "another-secret-key");
});

test("a bootstrap that contradicts what is there changes nothing", async () => {
  const deps = await world();
  const thief = { name: "v", password: "x", grants: [], accessKeys: [{ access: "ACCESSKEY", secret: "another-secret-key" }] };
  await assert.rejects(applyBootstrap(deps.catalog, { ...bootstrap, users: [thief] }), /ACCESSKEY is there already/);
  await assert.rejects(
    applyBootstrap(deps.catalog, { ...bootstrap, users: [{ name: "v", password: "x", grants: [{ project: "q", roles: ["member"] }] }] }),
    /project q, which is not among the projects/,
  );
  const domainId = (await deps.catalog.identity.domain({ name: "Default" }))?.id;
  assert.ok(domainId);
  assert.equal(await deps.catalog.identity.user({ domainId, name: "v" }), undefined);
});

test("a malformed bootstrap is refused with the place of the fault and without any value of it", () => {
  assert.throws(() => parseBootstrap("{"), /not JSON/);
  const text = JSON.stringify({ ...bootstrap, users: [{ name: "u", password: 12_345_678, grants: [] }] });
  assert.throws(
    () => parseBootstrap(text),
    (error: Error) => error.message.startsWith("/users/0/password") && !error.message.includes("12345678"),
  );
});
