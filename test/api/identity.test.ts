import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ApiServer } from "./api-server.ts";

let server: ApiServer;

before(async () => {
  server = await ApiServer.openWithPeople();
});

after(async () => {
  await server[Symbol.asyncDispose]();
});

interface TokenAnswer {
  readonly status: number;
  readonly token: string;
  readonly body: {
    readonly token?: {
      readonly project?: { readonly id: string; readonly name: string };
      readonly roles?: readonly { readonly name: string }[];
      readonly catalog?: readonly {
        readonly type: string;
        readonly endpoints: readonly { readonly url: string; readonly region: string }[];
      }[];
      readonly expires_at: string;
      readonly methods: readonly string[];
    };
    readonly error?: { readonly code: number; readonly title: string; readonly message: string };
  };
}

async function authenticate(identity: object, scope?: object, query = ""): Promise<TokenAnswer> {
  const answer = await fetch(`${server.url}/v3/auth/tokens${query}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ auth: { identity, ...(scope === undefined ? {} : { scope }) } }),
  });
  // Answers of identity are of the one shape or the other.
  return { status: answer.status, token: answer.headers.get("x-subject-token") ?? "", body: (await answer.json()) as TokenAnswer["body"] };
}

const password = (name: string, secret = "secret") => ({
  methods: ["password"],
  password: { user: { name, password: secret, domain: { name: "Default" } } },
});
const inProject = (name: string) => ({ project: { name, domain: { id: "default" } } });

async function get(
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; json: Record<string, unknown>; headers: Headers }> {
  const answer = await fetch(`${server.url}${path}`, { headers });
  // Every answer of these paths is a JSON object.
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown>, headers: answer.headers };
}

test("a password gives a token for a project, with roles and the catalog", async () => {
  const { status, token, body } = await authenticate(password("demo"), inProject("demo"));
  assert.equal(status, 201);
  assert.ok(token.length >= 32);
  assert.equal(body.token?.project?.id, "966aaed4cfe6512089f064d6c459770b");
  assert.deepEqual(body.token?.roles?.map(({ name }) => name).toSorted(), ["member", "reader"]);
  assert.match(body.token?.expires_at ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const types = body.token?.catalog?.map(({ type }) => type) ?? [];
  assert.deepEqual(types.toSorted(), ["identity", "image", "ims", "kms", "object-store"]);
  const image = body.token?.catalog?.find(({ type }) => type === "image")?.endpoints[0];
  assert.equal(image?.url, `${server.url}/image`);
  assert.equal(image?.region, "RegionOne");
});

test("?nocatalog leaves the catalog out, and a token without a scope has no project", async () => {
  assert.equal((await authenticate(password("demo"), inProject("demo"), "?nocatalog")).body.token?.catalog, undefined);
  const unscoped = await authenticate(password("demo"));
  assert.equal(unscoped.status, 201);
  assert.equal(unscoped.body.token?.project, undefined);
});

test("a token gives a token for another project of the same user, with the same end of life", async () => {
  const first = await authenticate(password("demo"));
  const second = await authenticate(
    { methods: ["token"], token: { id: first.token } },
    { project: { id: "966aaed4cfe6512089f064d6c459770b" } },
  );
  assert.equal(second.status, 201);
  assert.equal(second.body.token?.expires_at, first.body.token?.expires_at);
  assert.deepEqual(second.body.token?.methods, ["password", "token"]);
});

test("wrong password, unknown user and a project without a role are all 401 and look alike", async () => {
  for (const [identity, scope] of [
    [password("demo", "wrong"), inProject("demo")],
    [password("nobody"), inProject("demo")],
    [password("demo"), inProject("alt")],
    [password("demo"), inProject("nothing")],
  ] as const) {
    const { status, body } = await authenticate(identity, scope);
    assert.equal(status, 401);
    assert.equal(body.error?.code, 401);
    assert.equal(body.error?.title, "Unauthorized");
  }
});

test("a user named without its domain, an unknown method and a body that is no JSON are 400 with the reason", async () => {
  const noDomain = await authenticate({ methods: ["password"], password: { user: { name: "demo", password: "secret" } } });
  assert.equal(noDomain.status, 400);
  assert.match(noDomain.body.error?.message ?? "", /without its domain/);
  assert.equal((await authenticate({ methods: ["totp"] })).status, 400);
  const answer = await fetch(`${server.url}/v3/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{",
  });
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /not JSON/);
});

test("a token can be shown and revoked, and is worthless from then on", async () => {
  const { token } = await authenticate(password("demo"), inProject("demo"));
  const shown = await get("/v3/auth/tokens", { "x-auth-token": token, "x-subject-token": token });
  assert.equal(shown.status, 200);
  const revoked = await fetch(`${server.url}/v3/auth/tokens`, {
    method: "DELETE",
    headers: { "x-auth-token": token, "x-subject-token": token },
  });
  assert.equal(revoked.status, 204);
  const after = await get("/v2/cloudimages", { "x-auth-token": token });
  assert.equal(after.status, 401);
});

test("nobody but an administrator may look at somebody else's token", async () => {
  const demo = await authenticate(password("demo"), inProject("demo"));
  const alt = await authenticate(password("alt", "other"), inProject("alt"));
  const admin = await authenticate(password("admin"), inProject("admin"));
  const asked = (by: string) => get("/v3/auth/tokens", { "x-auth-token": by, "x-subject-token": demo.token });
  assert.equal((await asked(alt.token)).status, 403);
  assert.equal((await asked(admin.token)).status, 200);
});

test("a user lists its own projects, by name too, and a foreign project does not exist for it", async () => {
  const { token } = await authenticate(password("demo"), inProject("demo"));
  const named = await get("/v3/projects?name=RegionOne", { "x-auth-token": token });
  assert.deepEqual(
    (named.json["projects"] as { id: string }[]).map(({ id }) => id),
    ["0123456789abcdef0123456789abcdef"],
  );
  assert.equal((await get("/v3/projects/5978455907e252039ef62c687322244b", { "x-auth-token": token })).status, 404);
  const own = await get("/v3/auth/projects", { "x-auth-token": token });
  assert.equal((own.json["projects"] as unknown[]).length, 2);
});

test("a request without credentials is 401 and says where to get them; every answer carries its request id", async () => {
  const answer = await get("/v2/cloudimages", { "x-request-id": "my-own-id" });
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get("www-authenticate") ?? "", /^Keystone uri=/);
  assert.equal(answer.headers.get("x-request-id"), "my-own-id");
  assert.match((await get("/nothing-here", {})).headers.get("x-request-id") ?? "", /^req-/);
});
