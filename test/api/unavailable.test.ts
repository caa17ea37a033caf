import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { FastifyInstance } from "fastify";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { StoreError } from "@tintype/store/store-error.ts";
import { hollowApi } from "./hollow-api.ts";
import { ImsServer, refusalOf } from "./ims-server.ts";

/** What SQLite throws at the second of two programs that write. */
function busyError(): Error {
  const folder = mkdtempSync(join(tmpdir(), "tintype-busy-"));
  const [holder, other] = [new DatabaseSync(join(folder, "c.db")), new DatabaseSync(join(folder, "c.db"))];
  try {
    holder.exec("begin immediate");
    other.exec("begin immediate");
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  } finally {
    other.close();
    holder.close();
    rmSync(folder, { recursive: true });
  }
  throw new Error("Two programs wrote at once");
}

const busy = busyError();
const outOfReach = new StoreError("store.io", "The bucket does not answer.");

/** Every dialect of the API's port over a catalog of which every call fails. */
async function apiThatFails(error: Error): Promise<FastifyInstance> {
  const failing: unknown = new Proxy(() => failing, {
    get: (_target, name) => (name === "then" || typeof name === "symbol" ? undefined : failing),
    apply: async () => {
      throw error;
    },
  });
  return await hollowApi({ catalog: failing, metrics: { observeRequest() {} }, ids: { uuid: () => "0" }, clock: { now: () => 0 } });
}

const families: readonly (readonly [family: string, url: string, fields: readonly string[]])[] = [
  ["IMS", "/v2/cloudimages", ["error.code", "error.message"]],
  ["identity", "/v3/projects", ["error.code", "error.title", "error.message"]],
  ["KMS", "/v1.0/demo/kms/list-keys", ["error.error_code", "error.error_msg"]],
  ["CTS", "/v3/demo/traces", ["error_code", "error_msg"]],
  ["EPS", "/v1.0/enterprise-projects", ["error.error_code", "error.error_msg"]],
  ["TMS", "/v1.0/predefine_tags", ["error_code", "error_msg"]],
  ["the Image API", "/image/v2/metadefs/namespaces", ["message", "code", "title"]],
  ["our own API", "/api/v1/images/x/capabilities", ["type", "title", "status", "detail", "code", "request_id"]],
];

function fieldsOf(body: object): readonly string[] {
  return Object.entries(body).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "object" && value !== null ? fieldsOf(value).map((inner) => `${name}.${inner}`) : [name],
  );
}

for (const [family, url, fields] of families) {
  test(`R-195: ${family} answers 503 with Retry-After while the catalog is busy, and 500 for what nobody expected`, async () => {
    const method = url.includes("/kms/") ? "POST" : "GET";
    for (const [error, status, wait] of [
      [busy, 503, "5"],
      [new SuppressedError(new Error("closing failed"), outOfReach), 503, "5"],
      [new Error("secret path"), 500, undefined],
    ] as const) {
      await using app = await apiThatFails(error);
      const answer = await app.inject({ method, url, headers: { "x-auth-token": "t" }, ...(method === "POST" && { payload: {} }) });
      assert.equal(answer.statusCode, status, answer.body);
      assert.equal(answer.headers["retry-after"], wait);
      assert.deepEqual(fieldsOf(answer.json<object>()).toSorted(), fields.toSorted());
      assert.doesNotMatch(answer.body, /secret path|does not answer|database is locked/);
    }
  });
}

test("R-195: a change that finds the catalog busy is a 503, changes nothing, and succeeds when it is repeated", async () => {
  await using server = await ImsServer.open();
  const image = await server.world.addImage("demo", sampleDisk(1), { name: "before" });
  const { catalog } = server.world;
  const leadingTransaction = catalog.leadingTransaction.bind(catalog);
  const patch = [{ op: "replace", path: "/name", value: "after" }];
  const change = () => server.call("PATCH", `/v2/cloudimages/${image.id}`, patch);
  Object.assign(catalog, { leadingTransaction: () => Promise.reject(busy) });
  const refused = await change();
  assert.equal(refusalOf(refused), "503 ops.unavailable");
  assert.equal(refused.headers["retry-after"], "5");
  Object.assign(catalog, { leadingTransaction });
  assert.equal((await server.list(`?id=${image.id}`))[0]?.["name"], "before");
  assert.equal((await change()).statusCode, 200);
});

test("R-195: an image whose bytes cannot be reached is a 503, and is read when they can be again", async () => {
  await using server = await ImsServer.open();
  const disk = sampleDisk(1);
  const image = await server.world.addImage("demo", disk);
  const { store } = server.world;
  const open = store.open.bind(store);
  const read = () => server.call("GET", `/api/v1/images/${image.id}/content`);
  Object.assign(store, { open: () => Promise.reject(outOfReach) });
  const refused = await read();
  assert.equal(refusalOf(refused), "503 ops.unavailable");
  assert.equal(refused.headers["retry-after"], "5");
  Object.assign(store, { open });
  assert.ok((await read()).rawPayload.equals(disk));
});
