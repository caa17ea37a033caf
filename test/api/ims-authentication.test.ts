import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { HTTPMethods } from "fastify";
import { signSdkHmac } from "@tintype/contract/signing/sign-sdk-hmac.ts";
import { requirePrincipal } from "@tintype/server/http/authentication/require-principal.ts";
import type { DomainId, ProjectId, UserId } from "@tintype/server/ports/ids.ts";
import type { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer } from "./ims-server.ts";

const keys = { accessKey: "ACCESSKEY", secretKey: "secret" };
const projectId = "11111111111111111111111111111111" as ProjectId;
const domainId = "default" as DomainId;
const userId = "u" as UserId;

/** A server that knows one user, with an access key, and a member of one project. */
async function serverWithUser(): Promise<ImsServer> {
  const server = await ImsServer.open({
    requirePrincipal: (world: TransferWorld) => requirePrincipal({ catalog: world.catalog, clock: world.clock, region: "local-1" }),
  });
  const { identity } = server.world.catalog;
  await identity.insertDomain({ id: domainId, name: "Default" });
  await identity.insertProject({ id: projectId, domainId, name: "local-1", description: "", enabled: true });
  await identity.insertUser({ id: userId, domainId, name: "user", passwordHash: "none", enabled: true });
  await identity.insertGrant({ userId, projectId, role: "member" });
  await identity.insertAccessKey({ access: keys.accessKey, secret: keys.secretKey, userId, enabled: true });
  return server;
}

function signed(server: ImsServer, method: HTTPMethods, path: string, body = ""): Record<string, string> {
  return signSdkHmac({
    method,
    url: new URL(`http://localhost${path}`),
    headers: { "content-type": "application/json", "x-project-id": projectId },
    bodyHash: createHash("sha256").update(body).digest("hex"),
    keys,
    date: new Date(server.world.clock.now()),
  });
}

const calls: readonly [HTTPMethods, string][] = [
  ["GET", "/v2/cloudimages"],
  ["PATCH", "/v2/cloudimages/x"],
  ["POST", "/v2/cloudimages/action"],
  ["POST", "/v2.1/cloudimages/action"],
  ["POST", "/v2/cloudimages/quickimport/action"],
  ["POST", "/v2.1/cloudimages/quickimport/action"],
  ["POST", "/v1/cloudimages/dataimages/action"],
  ["POST", "/v2.1/cloudimages/dataimages/action"],
  ["POST", "/v1/cloudimages/wholeimages/action"],
  ["PUT", "/v1/cloudimages/x/upload"],
  ["POST", "/v2/images"],
  ["PUT", "/v2/images/x/file"],
  ["GET", "/v2/images/x/file"],
  ["GET", "/v2/images/x"],
  ["DELETE", "/v2/images/x"],
  ["POST", "/v1/cloudimages/x/file"],
  ["POST", "/v2.1/cloudimages/x/file"],
  ["GET", "/v1/cloudimages/quota"],
  ["GET", "/v1/cloudimages/job/x"],
  ["GET", `/v1/${projectId}/jobs/x`],
  ["GET", "/api/v1/jobs"],
  ["GET", "/api/v1/jobs/x"],
  ["POST", "/api/v1/jobs/x/cancel"],
];

test("no call is answered without credentials: 401 in the shape of its family", async (suite) => {
  await using server = await serverWithUser();
  for (const [method, url] of calls) {
    await suite.test(`${String(method)} ${url}`, async () => {
      // Credentials come first in IMS, so even a body that nobody can read is not looked at.
      const body = url.startsWith("/api/") || method === "GET" ? {} : { payload: "no json", headers: { "content-type": "text/x" } };
      const answer = await server.app.inject({ method, url, ...body });
      assert.equal(answer.statusCode, 401, answer.body);
      const refusal = answer.json<{ error?: { code: number; title: string }; code?: string }>();
      const expected = url.startsWith("/api/") ? "identity.authenticationRequired" : "Unauthorized";
      assert.equal(refusal.error?.title ?? refusal.code, expected);
      assert.ok(answer.headers["x-request-id"]);
    });
  }
});

test("a request signed with an access key is let in, body and all, and one whose body was changed is not", async () => {
  await using server = await serverWithUser();
  await server.world.addFile(projectId, "files:disk.raw", Buffer.alloc(1 << 20, 1));
  const url = "/v2/cloudimages/action";
  const body = JSON.stringify({ name: "n", image_url: "files:disk.raw", min_disk: 1 });
  const headers = signed(server, "POST", url, body);
  const good = await server.app.inject({ method: "POST", url, headers, payload: body });
  assert.equal(good.statusCode, 200, good.body);
  assert.equal((await server.jobs.wait(good.json<{ job_id: string }>().job_id)).status, "succeeded");
  const changed = await server.app.inject({ method: "POST", url, headers, payload: body.replace('"n"', '"x"') });
  assert.equal(changed.statusCode, 401, changed.body);
});

test("a signed deletion with a JSON content type and no body is let in", async () => {
  await using server = await serverWithUser();
  const image = await server.world.addImage(projectId, Buffer.alloc(512, 1));
  const url = `/v2/images/${image.id}`;
  const answer = await server.app.inject({ method: "DELETE", url, headers: signed(server, "DELETE", url) });
  assert.equal(answer.statusCode, 204, answer.body);
});

test("the bytes of an upload are what was signed, or the image waits for content again", async () => {
  await using server = await serverWithUser();
  const made = await server.app.inject({
    method: "POST",
    url: "/v2/images",
    headers: signed(server, "POST", "/v2/images", "{}"),
    payload: "{}",
  });
  assert.equal(made.statusCode, 201, made.body);
  const path = `/v2/images/${made.json<{ id: string }>().id}/file`;
  const upload = async (content: string, bodyHash: string) =>
    await server.app.inject({
      method: "PUT",
      url: path,
      headers: signSdkHmac({
        method: "PUT",
        url: new URL(`http://localhost${path}`),
        headers: { "content-type": "application/octet-stream", "x-project-id": projectId },
        bodyHash,
        keys,
        date: new Date(server.world.clock.now()),
      }),
      payload: content,
    });
  const content = "a disk ".repeat(1000);
  const before = await server.world.contents();
  const hash = createHash("sha256").update(content).digest("hex");
  assert.equal((await upload(`${content}!`, hash)).statusCode, 401);
  assert.deepEqual(await server.world.contents(), before);
  assert.equal((await upload(content, hash)).statusCode, 204);
});
