import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { randomIds } from "./adapters/random-ids.ts";
import { sqlCatalog } from "./adapters/sql/sql-catalog.ts";
import { openSqlite } from "./adapters/sqlite/open-sqlite.ts";
import { readBootstrap, useBootstrap, useFirstStart } from "./prepare-identity.ts";

const endpoints = { authUrl: "http://a:1/v3", endpoint: "http://a:1", obsEndpoint: "http://a:2" };
const moved = { authUrl: "http://a:3/v3", endpoint: "http://a:3", obsEndpoint: "http://a:4" };
const bootstrap = { domain: { id: "default", name: "Default" }, projects: [], users: [] };

let folder: string;
let path: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-first-start-"));
  path = join(folder, "credentials.json");
});

after(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function emptyService() {
  return { catalog: sqlCatalog(await openSqlite(":memory:")), ids: randomIds({ now: () => 0 }), region: "local-1" };
}

const kept = async (): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));

test("the first start's credentials are kept for the owner alone, followed by new addresses, and outlive the catalog", async () => {
  const deps = await emptyService();
  const credentials = await useFirstStart(deps, folder, endpoints);
  assert.ok(credentials);
  assert.deepEqual(await kept(), credentials);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.match(credentials.accessKey, /^[0-9A-Z]{20}$/);
  assert.equal(credentials.secretKey.length, 40);

  assert.equal(await useFirstStart(deps, folder, moved), undefined);
  assert.deepEqual(await kept(), { ...credentials, ...moved });

  const again = await useFirstStart(await emptyService(), folder, endpoints);
  assert.deepEqual(again, credentials);
});

test("where a bootstrap file says who there is, nobody is made, and addresses of an earlier first start still follow", async () => {
  await rm(path, { force: true });
  const deps = await emptyService();
  await useBootstrap(deps.catalog, bootstrap);
  assert.equal(await useFirstStart(deps, folder, endpoints), undefined);
  await assert.rejects(kept, { code: "ENOENT" });
  await writeFile(path, JSON.stringify({ username: "admin", ...endpoints }));
  assert.equal(await useFirstStart(deps, folder, moved), undefined);
  assert.deepEqual(await kept(), { username: "admin", ...moved });
});

test("a credentials file that cannot be read ends the start with what to do", async () => {
  await writeFile(path, "{");
  await assert.rejects(useFirstStart(await emptyService(), folder, endpoints), { name: "StartError", message: /Restore it, or remove it/ });
});

test("a bootstrap file that everyone on the machine may read is used, and the log says how to close it", async () => {
  const file = join(folder, "bootstrap.json");
  await writeFile(file, JSON.stringify(bootstrap));
  const warned: string[] = [];
  const log = { warn: (_: object, message: string) => void warned.push(message) };
  for (const [mode, warnings] of [
    [0o600, 0],
    [0o640, 0],
    [0o644, 1],
  ] as const) {
    warned.length = 0;
    await chmod(file, mode);
    assert.deepEqual(await readBootstrap(file, log), bootstrap);
    assert.equal(warned.length, warnings, mode.toString(8));
  }
  assert.ok(warned[0]?.includes(`chmod 600 ${file}`));
});
