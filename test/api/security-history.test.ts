/** What went wrong elsewhere and concerns no single part here. Other numbers are in the titles of the tests of their parts. */
import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { createServer } from "node:https";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { safeUrlReader } from "@tintype/server/adapters/safe-fetch/safe-url-reader.ts";
import { demo } from "./ims-server.ts";
import { FileServer, noise } from "./image-files-setup.ts";
import { IamServer, projects } from "./iam-server.ts";

test("CVE-2026-22797: what a client says of itself in headers of the middleware counts for nothing", async () => {
  await using iam = await IamServer.open();
  const claimed = {
    "x-roles": "admin",
    "x-role": "admin",
    "x-user-id": "admin",
    "x-user-roles": "admin",
    "x-project-id": projects.admin,
    "x-tenant-id": projects.admin,
    "x-identity-status": "Confirmed",
    "x-service-identity-status": "Confirmed",
    "x-service-roles": "service",
    "x-is-admin-project": "True",
  };
  const alone = await fetch(`${iam.server.url}/image/v2/images`, { headers: claimed });
  assert.equal(alone.status, 401);
  const token = await iam.member("nobody special", projects.demo, "member");
  assert.equal((await iam.call("GET", "/image/v2/images", { token, headers: claimed })).status, 200);
  assert.equal((await iam.call("GET", "/image/v2/tasks", { token, headers: claimed })).status, 403);
  const made = await iam.call("POST", "/image/v2/images", { token, headers: claimed, body: {} });
  assert.equal(made.json["owner"], projects.demo);
});

test("CVE-2013-4111: a place whose certificate nobody vouches for is not read", async () => {
  const [cert, key] = [await readFile("test/fixtures/tls/certificate.pem"), await readFile("test/fixtures/tls/key.pem")];
  const asked: unknown[] = [];
  const place = createServer({ cert, key }, (request, response) => {
    asked.push(request.url);
    response.end("content");
  }).listen(0, "127.0.0.1");
  await once(place, "listening");
  try {
    // A listening TCP server has an address object.
    const { port } = place.address() as AddressInfo;
    const reader = safeUrlReader({ allowed: [`127.0.0.1:${port}`], silenceMs: 30_000 });
    const opening = reader.open(`https://127.0.0.1:${port}/`, { maxBytes: 100, signal: AbortSignal.timeout(20_000) });
    await assert.rejects(opening, ({ cause }: Error) => (cause as { readonly code?: string }).code === "DEPTH_ZERO_SELF_SIGNED_CERT");
    assert.deepEqual(asked, []);
  } finally {
    place.close();
  }
});

test("CVE-2015-5251: no header and no body of a client takes an active image back to where it could be filled again", async () => {
  await using files = await FileServer.open();
  const id = await files.declare("raw");
  const first = noise(4096);
  assert.equal((await files.put(id, first)).status, 204);
  const octets = { "content-type": "application/octet-stream" };
  const patchType = "application/openstack-images-v2.1-json-patch";
  const again = await files.put(id, noise(4096), { ...octets, "x-image-meta-status": "queued", "x-image-meta-property-status": "queued" });
  assert.equal(again.status, 409);
  for (const op of ["add", "replace"]) {
    const answer = await files.server.call("PATCH", `/image/v2/images/${id}`, [{ op, path: "/status", value: "queued" }], demo, patchType);
    assert.equal(answer.statusCode, 403);
  }
  assert.equal((await files.image(id)).status, "active");
  assert.ok((await files.get(id)).bytes.equals(first));
});

test("CVE-2014-0162: no part of the service starts another program, so no text of a client reaches a shell", async () => {
  const starting: string[] = [];
  let looked = 0;
  for await (const path of glob("{apps/server,packages}/**/src/**/*.ts", { exclude: ["**/testing/**", "**/*.test.ts"] })) {
    looked += 1;
    const text = await readFile(path, "utf8");
    if (/child_process|process\.execve|node:vm|\beval\(|new Function\(/.test(text)) {
      starting.push(path);
    }
  }
  assert.ok(looked > 300, `${looked} files were looked at`);
  assert.deepEqual(starting, []);
});
