import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import { localToken } from "./local-token.ts";
import { seededBytes } from "./seeded-bytes.ts";
import { TintypeProcess } from "./tintype-process.ts";

const content = seededBytes(20_261_122, 8 * 1024 * 1024);
const half = content.length / 2;

test("a first use whose server is killed in the midst goes on after the restart, and nothing else is left", async (t) => {
  // The first look at the location is answered whole; the first fetch never gets further than its half.
  let requests = 0;
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const place = createServer((_, response) => {
    requests += 1;
    response.setHeader("content-length", content.length);
    response.write(content.subarray(0, half));
    if (requests === 2) {
      begin();
    } else {
      response.end(content.subarray(half));
    }
  }).listen(0, "127.0.0.1");
  await once(place, "listening");
  // A listening TCP server has an address object.
  const host = `127.0.0.1:${(place.address() as AddressInfo).port}`;
  const folder = await mkdtemp(join(tmpdir(), "tintype-crash-location-"));
  const dataDir = join(folder, "data");
  const server = await TintypeProcess.prepare(dataDir, { TINTYPE_FETCH_ALLOW: host });
  t.after(async () => {
    await server.stop("SIGKILL");
    place.closeAllConnections();
    place.close();
    await rm(folder, { recursive: true, force: true });
  });
  await server.start();
  const { token } = await localToken(dataDir);
  const call = async (method: string, path: string, body?: object, type = "application/json") =>
    await fetch(`${server.endpoint}/image/v2/images${path}`, {
      method,
      headers: { "x-auth-token": token, ...(body && { "content-type": type }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const created = await call("POST", "", { disk_format: "raw", container_format: "bare" });
  // The documented answer.
  const { id } = (await created.json()) as { id: string };
  const add = [{ op: "add", path: "/locations/-", value: { url: `http://${host}/disk.raw`, metadata: {} } }];
  assert.equal((await call("PATCH", `/${id}`, add, "application/openstack-images-v2.1-json-patch")).status, 200);

  const broken = call("GET", `/${id}/file`).catch(() => undefined);
  await begun;
  await server.stop("SIGKILL");
  assert.equal(await broken, undefined);
  await server.start();
  const answer = await call("GET", `/${id}/file`);
  assert.equal(answer.status, 200);
  const read = Buffer.from(await answer.arrayBuffer());
  assert.equal(createHash("sha256").update(read).digest("hex"), createHash("sha256").update(content).digest("hex"));
  assert.equal(requests, 3, "a look, the fetch that was killed, and the one that went on");
  assert.equal(await server.stop(), 0);

  using catalog = new DatabaseSync(join(dataDir, "catalog.sqlite"), { readOnly: true });
  assert.equal(catalog.prepare("select count(*) as count from jobs").get()?.["count"], 1);
  assert.deepEqual(catalog.prepare("select * from blob_removals").all(), []);
  await using store = await openLocalStore(join(dataDir, "store"));
  assert.equal((await Array.fromAsync(store.list())).length, 1);
});
