import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { isServiceError } from "@tintype/contract/service-error.ts";
import { signSdkHmac } from "@tintype/contract/signing/sign-sdk-hmac.ts";
import { randomIds } from "../adapters/random-ids.ts";
import { sqlCatalog } from "../adapters/sql/sql-catalog.ts";
import { openSqlite } from "../adapters/sqlite/open-sqlite.ts";
import { TestClock } from "../testing/transfer-world.ts";
import { applyBootstrap } from "./bootstrap.ts";
import { issueToken } from "./issue-token.ts";
import { makeTemporaryKey } from "./make-temporary-key.ts";
import type { TemporaryKey } from "./make-temporary-key.ts";
import { verifySignature } from "./verify-signature.ts";

async function world() {
  const clock = new TestClock();
  const catalog = sqlCatalog(await openSqlite(":memory:"));
  const user = { name: "u", password: "p", grants: [{ project: "p", roles: ["member"] }] };
  await applyBootstrap(catalog, { domain: { id: "default", name: "Default" }, projects: [{ name: "p" }, { name: "q" }], users: [user] });
  return { catalog, clock, ids: randomIds(clock), region: "local-1", tokenLifetimeMs: 86_400_000 };
}

type World = Awaited<ReturnType<typeof world>>;

async function keyOf(deps: World, durationSeconds: number | undefined): Promise<TemporaryKey> {
  const proof = { method: "password", user: { name: "u", domain: { name: "Default" } }, password: "p" } as const;
  const { token } = await issueToken(deps, { proof, scope: { name: "p", domain: { id: "default" } } });
  return await makeTemporaryKey(deps, { proof: { method: "token", token }, durationSeconds });
}

async function call(deps: World, { access, secret, securityToken }: TemporaryKey) {
  const headers = signSdkHmac({
    method: "GET",
    url: new URL("http://host/v2/cloudimages"),
    headers: {},
    bodyHash: createHash("sha256").update("").digest("hex"),
    keys: { accessKey: access, secretKey: secret },
    date: new Date(deps.clock.now()),
  });
  const sent = new Map(
    Object.entries({ ...headers, host: "host", "x-security-token": securityToken }).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return await verifySignature(deps, {
    method: "GET",
    target: "/v2/cloudimages",
    header: (name) => sent.get(name),
    body: new Uint8Array(),
  });
}

test("a temporary key is good for the project of its token, until it ends", async () => {
  const deps = await world();
  const key = await keyOf(deps, 900);
  assert.equal((await call(deps, key)).project?.name, "p");
  deps.clock.advance(900_000 - 1);
  assert.deepEqual((await call(deps, key)).roles, ["member"]);
  deps.clock.advance(1);
  await assert.rejects(call(deps, key), (error) => isServiceError(error) && error.code === "identity.accessKeyUnknown");
});

test("temporary keys live from 15 minutes to 24 hours, and 15 minutes when nothing is said", async () => {
  const deps = await world();
  assert.equal((await keyOf(deps, undefined)).expiresAt - deps.clock.now(), 900_000);
  assert.equal((await keyOf(deps, 86_400)).expiresAt - deps.clock.now(), 86_400_000);
  for (const seconds of [899, 86_401, 1000.5, -1]) {
    await assert.rejects(keyOf(deps, seconds), (error) => isServiceError(error) && error.code === "identity.durationInvalid");
  }
});

test("a temporary key ends with its user", async () => {
  const deps = await world();
  const key = await keyOf(deps, 900);
  const principal = await call(deps, key);
  await deps.catalog.identity.updateUser(principal.userId, { enabled: false });
  await assert.rejects(call(deps, key), (error) => isServiceError(error) && error.code === "identity.accessKeyUnknown");
});
