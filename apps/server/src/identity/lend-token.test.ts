import assert from "node:assert/strict";
import { test } from "node:test";
import { isServiceError } from "@tintype/contract/service-error.ts";
import { randomIds } from "../adapters/random-ids.ts";
import { sqlCatalog } from "../adapters/sql/sql-catalog.ts";
import { openSqlite } from "../adapters/sqlite/open-sqlite.ts";
import { applyBootstrap } from "./bootstrap.ts";
import { lendToken } from "./lend-token.ts";
import { readToken } from "./read-token.ts";

const grants = [{ project: "p", roles: ["member"] }];

async function world() {
  const clock = { now: () => 1_000_000 };
  const catalog = sqlCatalog(await openSqlite(":memory:"));
  await applyBootstrap(catalog, {
    domain: { id: "default", name: "Default" },
    projects: [{ id: "p", name: "p" }],
    users: [{ name: "u", password: "first", grants }],
  });
  const user = await catalog.identity.user({ domainId: "default" as never, name: "u" });
  assert.ok(user);
  const deps = { catalog, clock, ids: randomIds(clock), region: "local-1", tokenLifetimeMs: 3_600_000 };
  return { deps, user, bearer: { userId: user.id, agencyId: undefined, projectId: "p" } };
}

const isUnknown = (error: unknown): boolean => isServiceError(error) && error.code === "identity.tokenUnknown";

test("a lent token stands for its user in the project, and is worth nothing once it was given back", async () => {
  const { deps, user, bearer } = await world();
  let kept = "";
  {
    await using lent = await lendToken(deps, bearer);
    kept = lent.token;
    const { principal } = await readToken(deps, lent.token);
    assert.deepEqual([principal.userId, principal.project?.id, principal.roles], [user.id, "p", ["member"]]);
  }
  await assert.rejects(readToken(deps, kept), isUnknown);
});

test("a token that is lent to a user who was disabled since is worth nothing", async () => {
  const { deps, user, bearer } = await world();
  await deps.catalog.identity.updateUser(user.id, { enabled: false });
  await using lent = await lendToken(deps, bearer);
  await assert.rejects(readToken(deps, lent.token), isUnknown);
});
