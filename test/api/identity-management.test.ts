import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { signSdkHmac } from "@tintype/contract/signing/sign-sdk-hmac.ts";
import { IamServer, projects } from "./iam-server.ts";

let server: IamServer;
before(async () => {
  server = await IamServer.open({
    policies: [{ name: "look", policy: { Version: "1.1", Statement: [{ Effect: "Allow", Action: ["ims:*:list", "ims:*:get"] }] } }],
    groups: [
      {
        name: "lookers",
        users: ["alt"],
        grants: [
          { project: "demo", roles: ["look"] },
          { allProjects: true, roles: ["OBS ReadOnlyAccess"] },
        ],
      },
    ],
  });
});
after(async () => server[Symbol.asyncDispose]());

const { demo, alt } = projects;

function signed(keys: { access: string; secret: string }, path: string, project: string = demo): Record<string, string> {
  return signSdkHmac({
    method: "GET",
    url: new URL(`${server.server.url}${path}`),
    headers: { "x-project-id": project },
    bodyHash: createHash("sha256").update("").digest("hex"),
    keys: { accessKey: keys.access, secretKey: keys.secret },
    date: new Date(),
  });
}

test("a bootstrap file makes groups, policies and rights", async () => {
  const groups = (await server.ok("GET", "/v3/groups?name=lookers")).json["groups"];
  assert.equal(groups.length, 1);
  const lines = (await server.ok("GET", `/v3/role_assignments?group.id=${groups[0].id}&include_names`)).json["role_assignments"];
  assert.deepEqual((lines as { role: { name: string } }[]).map(({ role }) => role.name).toSorted(), ["OBS ReadOnlyAccess", "look"]);
});

test("users, groups and projects are made, shown, changed and deleted; a name is taken once", async () => {
  const id = await server.user("crud");
  assert.equal((await server.call("POST", "/v3/users", { body: { user: { name: "crud" } } })).status, 409);
  await server.ok("PATCH", `/v3/users/${id}`, { body: { user: { description: "changed", name: "crud2" } }, status: 200 });
  const { user } = (await server.ok("GET", `/v3/users/${id}`)).json;
  assert.deepEqual([user.name, user.description, user.enabled, user.domain_id], ["crud2", "changed", true, "default"]);
  const token = await server.token("crud2");
  const passwords = { user: { original_password: "password", password: "another password" } };
  await server.ok("POST", `/v3/users/${id}/password`, { token, body: passwords, status: 204 });
  assert.equal((await server.call("GET", `/v3/users/${id}`, { token })).status, 401, "a new password ends the tokens");
  await server.ok("DELETE", `/v3/users/${id}`);
  assert.equal((await server.call("GET", `/v3/users/${id}`)).status, 404);
  const group = await server.group("crud group");
  await server.ok("PATCH", `/v3/groups/${group}`, { body: { group: { name: "renamed" } }, status: 200 });
  assert.equal((await server.ok("GET", `/v3/groups/${group}`)).json["group"].name, "renamed");
  await server.ok("DELETE", `/v3/groups/${group}`);
  const { project } = (await server.ok("POST", "/v3/projects", { body: { project: { name: "new one" } } })).json;
  await server.ok("PATCH", `/v3/projects/${project.id}`, { body: { project: { enabled: false } }, status: 200 });
  assert.equal((await server.ok("GET", `/v3/projects/${project.id}`)).json["project"].enabled, false);
});

test("who may nothing is refused everywhere in identity, and told which action is missing", async () => {
  const token = await server.member("nobody special", demo, "member");
  for (const [method, path, action] of [
    ["POST", "/v3/users", "iam:users:createUser"],
    ["GET", "/v3/users", "iam:users:listUsers"],
    ["PATCH", "/v3/users/x", "iam:users:updateUser"],
    ["DELETE", "/v3/users/x", "iam:users:deleteUser"],
    ["POST", "/v3/groups", "iam:groups:createGroup"],
    ["PUT", "/v3/groups/x/users/y", "iam:permissions:addUserToGroup"],
    ["PUT", `/v3/projects/${demo}/users/x/roles/member`, "iam:permissions:grantRole"],
    ["PUT", `/v3.0/OS-PERMISSION/enterprise-projects/0/groups/x/roles/ims_full`, "iam:permissions:grantRole"],
    ["GET", "/v3/roles", "iam:roles:listRoles"],
    ["POST", "/v3.0/OS-ROLE/roles", "iam:roles:createRole"],
    ["POST", "/v3.0/OS-AGENCY/agencies", "iam:agencies:createAgency"],
    ["POST", "/v3/projects", "iam:projects:createProject"],
    ["GET", "/v3/role_assignments", "iam:permissions:listRoleAssignments"],
  ] as const) {
    const answer = await server.call(method, path, { token, ...(method === "POST" && { body: { wrong: true } }) });
    assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`);
    assert.equal(answer.json["error"].title, "Forbidden");
    assert.match(answer.text, new RegExp(action));
  }
});

test("a security administrator cannot become an operator, nor change one", async () => {
  const token = await server.member("security", demo, "secu_admin");
  const own = (await server.ok("GET", "/v3/users?name=security", { token })).json["users"][0].id as string;
  const admin = (await server.ok("GET", "/v3/users?name=admin", { token })).json["users"][0].id as string;
  const policy = await server.policy("everything", { Effect: "Allow", Action: ["*"] });
  await server.ok("PUT", `/v3/projects/${demo}/users/${own}/roles/${policy}`, { token });
  for (const [method, path, body] of [
    ["PUT", `/v3/projects/${demo}/users/${own}/roles/admin`, undefined],
    ["PATCH", `/v3/users/${admin}`, { user: { password: "stolen password" } }],
    ["POST", "/v3.0/OS-CREDENTIAL/credentials", { credential: { user_id: admin } }],
    ["DELETE", `/v3/users/${admin}`, undefined],
    ["GET", "/api/v1/store", undefined],
    ["POST", "/v3/domains", { domain: { name: "mine" } }],
  ] as const) {
    const answer = await server.call(method, path, { token, ...(body && { body }) });
    assert.equal(answer.status, 403, `${method} ${path}: ${answer.text}`);
  }
});

test("things of another domain do not exist for its neighbours", async () => {
  const { domain } = (await server.ok("POST", "/v3/domains", { body: { domain: { name: "Neighbour" } } })).json;
  const user = { name: "stranger", password: "password", domain_id: domain.id };
  const { id } = (await server.ok("POST", "/v3/users", { body: { user } })).json["user"];
  const token = await server.member("own domain", demo, "secu_admin");
  for (const [method, path] of [
    ["GET", `/v3/users/${id}`],
    ["DELETE", `/v3/users/${id}`],
    ["GET", `/v3/users?domain_id=${domain.id}`],
    ["PUT", `/v3/projects/${demo}/users/${id}/roles/member`],
    ["GET", `/v3.0/OS-CREDENTIAL/credentials?user_id=${id}`],
  ] as const) {
    assert.equal((await server.call(method, path, { token })).status, 404, path);
  }
  assert.equal(
    (await server.call("PUT", `/v3/projects/${demo}/users/${id}/roles/member`)).status,
    404,
    "a user has no rights outside of its domain",
  );
});

test("nothing is made in a domain that does not exist, not even by an operator", async () => {
  const [name, domain_id] = ["nowhere", "no-such-domain"];
  for (const [path, body] of [
    ["/v3/users", { user: { name, domain_id, password: "password" } }],
    ["/v3/groups", { group: { name, domain_id } }],
    ["/v3/projects", { project: { name, domain_id } }],
    ["/v3.0/OS-AGENCY/agencies", { agency: { name, domain_id, trust_domain_name: "Default", duration: "FOREVER" } }],
  ] as const) {
    const answer = await server.call("POST", path, { body });
    assert.equal(answer.status, 404, `${path}: ${answer.text}`);
    assert.match(answer.text, /no-such-domain/);
  }
});

test("roles are listed with what they allow and what they depend on, and those of the system cannot be changed", async () => {
  const named = (await server.ok("GET", "/v3/roles?display_name=IMS%20Administrator")).json["roles"];
  assert.equal(named.length, 1);
  assert.deepEqual(named[0].policy.Depends, [{ catalog: "BASE", display_name: "Tenant Administrator" }]);
  assert.deepEqual((await server.ok("GET", "/v3/roles?name=reader")).json["roles"].length, 1);
  assert.equal((await server.call("DELETE", "/v3.0/OS-ROLE/roles/ims_full")).status, 403);
  const bad = {
    role: {
      display_name: "bad",
      type: "XA",
      description: "",
      policy: { Version: "1.1", Statement: [{ Effect: "Allow", Action: ["ims:images:eat"] }] },
    },
  };
  const refused = await server.call("POST", "/v3.0/OS-ROLE/roles", { body: bad });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /\/Statement\/0\/Action\/0/);
});

test("a user has two access keys at most, makes its own, and sees no others'", async () => {
  const id = await server.user("keeper");
  const token = await server.token("keeper");
  const body = { credential: { user_id: id, description: "mine" } };
  const first = (await server.ok("POST", "/v3.0/OS-CREDENTIAL/credentials", { token, body })).json["credential"];
  await server.ok("POST", "/v3.0/OS-CREDENTIAL/credentials", { token, body });
  assert.equal((await server.call("POST", "/v3.0/OS-CREDENTIAL/credentials", { token, body })).status, 400);
  const listed = (await server.ok("GET", "/v3.0/OS-CREDENTIAL/credentials", { token })).json["credentials"] as { secret?: string }[];
  assert.deepEqual(
    listed.map(({ secret }) => secret),
    [undefined, undefined],
  );
  const other = await server.member("curious", demo, "member");
  assert.match(
    (await server.call("GET", `/v3.0/OS-CREDENTIAL/credentials/${first.access}`, { token: other })).text,
    /iam:credentials:getCredential/,
  );
  await server.ok("DELETE", `/v3.0/OS-CREDENTIAL/credentials/${first.access}`, { token });
  assert.equal((await server.call("GET", `/v3.0/OS-CREDENTIAL/credentials/${first.access}`, { token })).status, 404);
});

test("R-306: a temporary key signs together with its security token only, on both ports", async () => {
  const token = await server.member("temporary", demo, "member");
  const auth = { identity: { methods: ["token"], token: { duration_seconds: 900 } } };
  const { credential } = (await server.ok("POST", "/v3.0/OS-CREDENTIAL/securitytokens", { token, body: { auth } })).json;
  const path = "/v2/cloudimages";
  const get = async (headers: Record<string, string>) => (await fetch(`${server.server.url}${path}`, { headers })).status;
  assert.equal(await get({ ...signed(credential, path), "x-security-token": credential.securitytoken }), 200);
  assert.equal(await get(signed(credential, path)), 401);
  assert.equal(await get({ ...signed(credential, path), "x-security-token": "wrong" }), 401);
  const buckets = async (sessionToken: string) => {
    const credentials = { accessKeyId: credential.access as string, secretAccessKey: credential.secret as string, sessionToken };
    const client = new S3Client({ endpoint: server.server.obsUrl, region: "RegionOne", forcePathStyle: true, maxAttempts: 1, credentials });
    try {
      return (await client.send(new ListBucketsCommand({}))).Buckets?.length ?? 0;
    } finally {
      client.destroy();
    }
  };
  assert.equal(await buckets(credential.securitytoken as string), 0);
  await assert.rejects(buckets("wrong"), /access key/i);
  for (const seconds of [899, 86_401]) {
    const asked = { auth: { identity: { methods: ["token"], token: { duration_seconds: seconds } } } };
    assert.equal((await server.call("POST", "/v3.0/OS-CREDENTIAL/securitytokens", { token, body: asked })).status, 400);
  }
  const narrowed = { auth: { identity: { ...auth.identity, policy: {} } } };
  assert.equal((await server.call("POST", "/v3.0/OS-CREDENTIAL/securitytokens", { token, body: narrowed })).status, 400);
});

test("R-186: an agency lends its rights to users of the domain that it trusts, as a token and as a temporary key, until it is deleted", async () => {
  const agency = { name: "lender", domain_id: "default", trust_domain_name: "Default", duration: "FOREVER" };
  const { id } = (await server.ok("POST", "/v3.0/OS-AGENCY/agencies", { body: { agency } })).json["agency"];
  const role = `/v3.0/OS-AGENCY/projects/${alt}/agencies/${id}/roles/ims_read`;
  await server.ok("HEAD", role, { status: 404 });
  await server.ok("PUT", role);
  await server.ok("HEAD", role);
  const assume = { methods: ["assume_role"], assume_role: { agency_name: "lender", domain_name: "Default", duration_seconds: 900 } };
  const body = { auth: { identity: assume, scope: { project: { id: alt } } } };
  const without = await server.member("no borrower", demo, "member");
  assert.match((await server.call("POST", "/v3/auth/tokens", { token: without, body })).text, /iam:tokens:assume/);
  const token = await server.member("borrower", demo, "te_agency");
  assert.equal((await server.call("GET", "/v2/cloudimages", { token })).status, 403);
  const issued = await server.ok("POST", "/v3/auth/tokens", { token, body });
  assert.equal(issued.json["token"].user.name, "Default/lender");
  assert.equal(issued.json["token"].assumed_by.user.name, "borrower");
  const lent = issued.headers.get("x-subject-token") ?? "";
  await server.ok("GET", "/v2/cloudimages", { token: lent });
  assert.equal((await server.call("POST", "/v2/images", { token: lent, body: { __os_version: "Ubuntu 20.04 server 64bit" } })).status, 403);
  assert.equal((await server.call("POST", "/v3/auth/tokens", { token: lent, body })).status, 403, "an agency acts as no other one");
  const temporary = await server.ok("POST", "/v3.0/OS-CREDENTIAL/securitytokens", { token, body: { auth: { identity: assume } } });
  const { credential } = temporary.json;
  for (const [project, status] of [
    [alt, 200],
    [demo, 403],
  ] as const) {
    const headers = { ...signed(credential, "/v2/cloudimages", project), "x-security-token": credential.securitytoken };
    assert.equal((await fetch(`${server.server.url}/v2/cloudimages`, { headers })).status, status);
  }
  await server.ok("DELETE", `/v3.0/OS-AGENCY/agencies/${id}`);
  assert.equal((await server.call("GET", "/v2/cloudimages", { token: lent })).status, 401);
});

test("an agency that trusts another domain does not exist for one's own, and one that has ended does nothing", async () => {
  const agency = { name: "foreign", trust_domain_name: "op_svc_ims", duration: "1" };
  const made = (await server.ok("POST", "/v3.0/OS-AGENCY/agencies", { body: { agency } })).json["agency"];
  assert.deepEqual([made.duration, made.trust_domain_id], ["24", ""]);
  const token = await server.member("foreigner", demo, "te_agency");
  const identity = { methods: ["assume_role"], assume_role: { agency_name: "foreign", domain_id: "default" } };
  const refused = await server.call("POST", "/v3/auth/tokens", { token, body: { auth: { identity } } });
  assert.equal(refused.status, 403);
  assert.match(refused.text, /foreign/);
});
