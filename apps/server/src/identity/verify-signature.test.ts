import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import {
  canonicalQuery,
  canonicalRequestHash,
  canonicalUri,
  sha256Hex,
  unsignedPayload,
} from "@tintype/contract/signing/sdk-hmac-canonical.ts";
import { formatSdkDate, formatSdkHmacAuthorization, sdkHmacSignature } from "@tintype/contract/signing/sdk-hmac-signature.ts";
import { isServiceError } from "@tintype/contract/service-error.ts";
import { sqlCatalog } from "../adapters/sql/sql-catalog.ts";
import { openSqlite } from "../adapters/sqlite/open-sqlite.ts";
import { applyBootstrap } from "./bootstrap.ts";
import { verifySignature } from "./verify-signature.ts";
import type { SignedRequest } from "./verify-signature.ts";

const secret = "sixteen-characters";
const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const deps = { catalog: sqlCatalog(await openSqlite(":memory:")), clock: { now: () => now }, region: "local-1" };
await applyBootstrap(deps.catalog, {
  domain: { id: "default", name: "Default" },
  projects: [{ name: "local-1" }, { name: "p" }, { id: "foreign", name: "q" }],
  users: [
    {
      name: "u",
      password: "x",
      grants: [
        { project: "local-1", roles: ["member"] },
        { project: "p", roles: ["reader"] },
      ],
      accessKeys: [{ access: "ACCESSKEY", secret }],
    },
    { name: "one", password: "x", grants: [{ project: "p", roles: ["member"] }], accessKeys: [{ access: "ONEPROJECT", secret }] },
    {
      name: "two",
      password: "x",
      grants: [
        { project: "p", roles: ["member"] },
        { project: "q", roles: ["member"] },
      ],
      accessKeys: [{ access: "TWOPROJECTS", secret }],
    },
  ],
});

interface Signing {
  readonly access?: string;
  readonly secret?: string;
  readonly target?: string;
  readonly segments?: "decoded" | "encoded";
  readonly body?: string | undefined;
  /** What the signature covers in the body's place; by default the body's hash. */
  readonly payloadHash?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signedHeaders?: readonly string[];
  readonly signedAt?: number;
}

function signed(signing: Signing = {}): SignedRequest {
  const { target = "/v2/cloudimages?a=1", body = "", segments = "decoded", signedHeaders = ["x-sdk-date"] } = signing;
  const date = formatSdkDate(new Date(signing.signedAt ?? now));
  const headers: Record<string, string> = { "x-sdk-date": date, ...signing.headers };
  const [path = "", query = ""] = target.split("?");
  const parts = {
    method: "GET",
    uri: canonicalUri(path, segments),
    query: canonicalQuery(query),
    headers,
    signedHeaders,
    payloadHash: signing.payloadHash ?? sha256Hex(body),
  };
  const signature = sdkHmacSignature(parts, date, signing.secret ?? secret);
  headers["authorization"] = formatSdkHmacAuthorization({ access: signing.access ?? "ACCESSKEY", signedHeaders, signature });
  return { method: "GET", target, header: (name) => headers[name], body: Buffer.from(body) };
}

const refusedAs = (code: string) => (error: unknown) => isServiceError(error) && error.code === code;

test("a signature is the HMAC of date and canonical request", () => {
  const parts = { method: "GET", uri: "/", query: "", headers: {}, signedHeaders: [], payloadHash: sha256Hex("") };
  const text = `SDK-HMAC-SHA256\n20260102T030405Z\n${canonicalRequestHash(parts)}`;
  assert.equal(sdkHmacSignature(parts, "20260102T030405Z", secret), createHmac("sha256", secret).update(text).digest("hex"));
});

test("a signed request is its user's, in the project named after the region", async () => {
  const { userName, project, roles, method } = await verifySignature(deps, signed());
  assert.deepEqual([userName, project?.name, roles, method], ["u", "local-1", ["member"], "signature"]);
});

test("without a project named after the region it is the user's only one, and with several none", async () => {
  assert.equal((await verifySignature(deps, signed({ access: "ONEPROJECT" }))).project?.name, "p");
  const { project, roles } = await verifySignature(deps, signed({ access: "TWOPROJECTS" }));
  assert.deepEqual([project, roles], [undefined, []]);
});

test("X-Project-Id chooses the project unsigned, and one without a role is refused like one that does not exist", async () => {
  const own = (await deps.catalog.identity.projects({ name: "p" }))[0]?.id ?? "";
  assert.equal((await verifySignature(deps, signed({ headers: { "x-project-id": own } }))).project?.id, own);
  for (const id of ["foreign", "nowhere"]) {
    await assert.rejects(verifySignature(deps, signed({ headers: { "x-project-id": id } })), refusedAs("identity.projectNotGranted"));
  }
});

test("a path may be signed as it is meant and as it is sent", async () => {
  for (const segments of ["decoded", "encoded"] as const) {
    await verifySignature(deps, signed({ target: "/v2/a%20b", segments }));
  }
});

test("exactly the named headers count, whatever else is sent", async () => {
  const request = signed({ signedHeaders: ["accept", "x-sdk-date"], headers: { accept: "a", host: "h" } });
  await verifySignature(deps, request);
  const changed = { ...request, header: (name: string) => (name === "accept" ? "b" : request.header(name)) };
  await assert.rejects(verifySignature(deps, changed), refusedAs("identity.signatureMismatch"));
});

test("a stated digest has to be the body's own", async () => {
  const headers = { "x-sdk-content-sha256": sha256Hex("{}") };
  await verifySignature(deps, signed({ body: "{}", headers }));
  await assert.rejects(verifySignature(deps, signed({ body: "[]", headers })), refusedAs("identity.payloadMismatch"));
});

test("UNSIGNED-PAYLOAD leaves a body unsigned, but not one of JSON", async () => {
  const headers = { "x-sdk-content-sha256": unsignedPayload, "content-type": "application/octet-stream" };
  await verifySignature(deps, signed({ body: "x", headers, payloadHash: unsignedPayload }));
  const json = { ...headers, "content-type": "application/json; charset=utf-8" };
  await assert.rejects(
    verifySignature(deps, signed({ body: "{}", headers: json, payloadHash: unsignedPayload })),
    refusedAs("identity.payloadMismatch"),
  );
});

test("no body has the hash of nothing whatever the header says, and may be left unsigned where the header says so", async () => {
  for (const stated of [sha256Hex("{}"), unsignedPayload]) {
    await verifySignature(deps, signed({ headers: { "x-sdk-content-sha256": stated } }));
  }
  await verifySignature(deps, signed({ headers: { "x-sdk-content-sha256": unsignedPayload }, payloadHash: unsignedPayload }));
});

test("a clock may be a quarter of an hour off, and no second more", async () => {
  const quarter = 15 * 60 * 1000;
  for (const skew of [-quarter, quarter]) {
    await verifySignature(deps, signed({ signedAt: now + skew }));
    await assert.rejects(verifySignature(deps, signed({ signedAt: now + skew + Math.sign(skew) * 1000 })), refusedAs("identity.clockSkew"));
  }
});

test("a wrong secret, an unknown key and what is no signature are refused, each by its own code", async () => {
  await assert.rejects(verifySignature(deps, signed({ secret: "another-secret" })), (error: Error) => {
    assert.ok(refusedAs("identity.signatureMismatch")(error));
    assert.match(error.message, /is [0-9a-f]{64}/);
    return !error.message.includes(secret);
  });
  await assert.rejects(verifySignature(deps, signed({ access: "NOSUCHKEY" })), refusedAs("identity.accessKeyUnknown"));
  const request = signed();
  for (const [name, value] of [
    ["authorization", "SDK-HMAC-SHA256 x"],
    ["x-sdk-date", "today"],
  ] as const) {
    const broken = { ...request, header: (wanted: string) => (wanted === name ? value : request.header(wanted)) };
    await assert.rejects(verifySignature(deps, broken), refusedAs("identity.signatureMalformed"));
  }
});
