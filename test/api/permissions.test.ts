import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { signSdkHmac } from "@tintype/contract/signing/sign-sdk-hmac.ts";
import { IamServer, projects } from "./iam-server.ts";

let server: IamServer;
before(async () => {
  server = await IamServer.open();
});
after(async () => server[Symbol.asyncDispose]());

const { demo, alt } = projects;
const listed = async (token: string) =>
  ((await server.ok("GET", "/v2/cloudimages", { token })).json["images"] as { id: string }[]).map(({ id }) => id);
const allow = (...actions: readonly string[]) => ({ Effect: "Allow", Action: actions });

function signed(keys: { access: string; secret: string }, method: string, path: string, body = ""): Record<string, string> {
  return signSdkHmac({
    method,
    url: new URL(`${server.server.url}${path}`),
    headers: { "content-type": "application/json" },
    bodyHash: createHash("sha256").update(body).digest("hex"),
    keys: { accessKey: keys.access, secretKey: keys.secret },
    date: new Date(),
  });
}

test("R-293, R-294: a new user has no right; what its group is given counts for it at once, and no longer when it leaves", async () => {
  const user = await server.user("fresh");
  const group = await server.group("fresh ones");
  const key = (await server.ok("POST", "/v3.0/OS-CREDENTIAL/credentials", { body: { credential: { user_id: user } } })).json["credential"];
  const list = async () => {
    const headers = { ...signed(key, "GET", "/v2/cloudimages"), "x-project-id": demo };
    return (await fetch(`${server.server.url}/v2/cloudimages`, { headers })).status;
  };
  assert.equal(await list(), 403);
  assert.equal((await server.call("GET", "/v2/cloudimages", { token: await server.token("fresh") })).status, 403);
  await server.ok("PUT", `/v3/groups/${group}/users/${user}`);
  await server.ok("PUT", `/v3/projects/${demo}/groups/${group}/roles/ims_read`);
  assert.equal(await list(), 200);
  await server.ok("HEAD", `/v3/groups/${group}/users/${user}`);
  await server.ok("DELETE", `/v3/groups/${group}/users/${user}`);
  assert.equal(await list(), 403);
  await server.ok("HEAD", `/v3/groups/${group}/users/${user}`, { status: 404 });
});

test("R-295, R-296: what is given in one project does nothing in another; what is given in all projects does", async () => {
  const one = await server.member("onlydemo", demo, "ims_full");
  const image = await server.image(one);
  await assert.rejects(server.token("onlydemo", alt), /401/);
  const other = await server.member("onlyalt", alt, "ims_full");
  assert.equal((await server.call("GET", `/v2/images/${image}`, { token: other })).status, 404);
  const everywhere = await server.user("everywhere");
  await server.ok("PUT", `/v3/OS-INHERIT/domains/default/users/${everywhere}/roles/ims_read/inherited_to_projects`);
  await server.ok("HEAD", `/v3/OS-INHERIT/domains/default/users/${everywhere}/roles/ims_read/inherited_to_projects`);
  for (const project of [demo, alt]) {
    await listed(await server.token("everywhere", project));
  }
  const own = (await server.ok("GET", "/v3/auth/projects", { token: await server.token("everywhere") })).json["projects"] as unknown[];
  assert.equal(own.length, 4);
  await server.ok("DELETE", `/v3/OS-INHERIT/domains/default/users/${everywhere}/roles/ims_read/inherited_to_projects`);
  await assert.rejects(server.token("everywhere", demo), /401/);
});

const matrix = {
  "R-298": { roles: ["ims_full"], may: ["create", "delete", "update", "query"] },
  "R-299": { roles: ["ims_read"], may: ["query"] },
  "R-300": { roles: ["ims_adm", "te_admin"], may: ["create", "delete", "update", "query"] },
  "R-301": { roles: ["server_adm", "ims_adm", "te_admin"], may: ["create", "delete", "update", "query"] },
  "R-300 alone": { roles: ["ims_adm"], may: [] },
  "R-301 without Tenant Administrator": { roles: ["server_adm", "ims_adm"], may: [] },
} as const;

test("R-298, R-299, R-300, R-301, R-302, R-332: each system policy and role allows what the table says, and a refusal names the action", async (suite) => {
  const owner = await server.member("matrixowner", demo, "member");
  for (const [name, { roles, may }] of Object.entries(matrix)) {
    await suite.test(name, async () => {
      const token = await server.member(`matrix ${name}`, demo, ...roles);
      const image = await server.image(owner);
      const calls = {
        create: ["POST", "/v2/images", { __os_version: "Ubuntu 20.04 server 64bit" }, "ims:images:create"],
        update: ["POST", `/v2/${demo}/images/${image}/tags`, { tag: { key: "k", value: "v" } }, "ims:images:update"],
        query: ["GET", `/v2/images/${image}`, undefined, "ims:images:get"],
        delete: ["DELETE", `/v2/images/${image}`, undefined, "ims:images:delete"],
      } as const;
      for (const [operation, [method, path, body, action]] of Object.entries(calls)) {
        const answer = await server.call(method, path, { token, ...(body && { body }) });
        const expected = (may as readonly string[]).includes(operation);
        assert.equal(answer.status < 300, expected, `${operation}: ${answer.text}`);
        if (!expected) {
          assert.equal(answer.json["error"].code, "IMG.0026");
          assert.match(answer.text, new RegExp(action));
        }
      }
    });
  }
  const token = await server.token("matrix R-300 alone", demo);
  assert.match(
    (await server.call("GET", "/v2/cloudimages", { token })).text,
    /IMS Administrator has no effect without Tenant Administrator/,
  );
});

test("R-292, R-303: a custom policy of everything but deleting lets all else pass, and changing the policy counts at once", async () => {
  const policy = await server.policy("all but delete", allow("ims:*:*"), { Effect: "Deny", Action: ["ims:images:delete"] });
  const token = await server.member("careful", demo, policy);
  const image = await server.image(token);
  const refused = await server.call("DELETE", `/v2/images/${image}`, { token });
  assert.equal(refused.status, 403);
  assert.match(refused.text, /ims:images:delete/);
  const shown = await server.ok("GET", `/v3.0/OS-ROLE/roles/${policy}`);
  assert.equal(shown.json["role"].display_name, "all but delete");
  const role = { policy: { Version: "1.1", Statement: [allow("ims:*")] } };
  await server.ok("PATCH", `/v3.0/OS-ROLE/roles/${policy}`, { body: { role }, status: 200 });
  await server.ok("DELETE", `/v2/images/${image}`, { token });
  await server.ok("DELETE", `/v3.0/OS-ROLE/roles/${policy}`, { status: 200 });
  await server.call("GET", "/v2/cloudimages", { token }).then(({ status }) => assert.equal(status, 401));
});

test("R-297: a policy with a condition covers images with a tag only, and one with a resource one image only", async () => {
  const owner = await server.member("tagowner", demo, "member");
  const [tagged, plain] = [await server.image(owner), await server.image(owner)];
  const condition = { StringEquals: { "ims:imageTag/team": ["red"] } };
  const byTag = await server.policy("red ones", { ...allow("ims:*"), Condition: condition });
  const onTag = await server.policy("some tag", { ...allow("ims:*"), Condition: { StringLike: { "g:ResourceTag/team": ["r*"] } } });
  const byName = await server.policy("one image", { ...allow("ims:*"), Resource: [`ims:*:*:image:${plain}`] });
  await server.ok("POST", `/v2/${demo}/images/${tagged}/tags`, { token: owner, status: 204, body: { tag: { key: "team", value: "red" } } });
  for (const [name, policy, visible] of [
    ["redder", byTag, tagged],
    ["tagger", onTag, tagged],
    ["namer", byName, plain],
  ] as const) {
    const token = await server.member(name, demo, policy);
    assert.deepEqual(await listed(token), [visible]);
    const other = visible === plain ? tagged : plain;
    assert.equal((await server.call("DELETE", `/v2/images/${other}`, { token })).status, 403);
    assert.equal((await server.call("GET", `/v2/images/${visible}`, { token })).status, 200);
  }
});

test("R-292: what one policy denies, no other allows", async () => {
  const denial = await server.policy("no listing", { Effect: "Deny", Action: ["ims:images:list"] });
  const token = await server.member("denied", demo, denial, "member", "ims_full");
  assert.equal((await server.call("GET", "/v2/cloudimages", { token })).status, 403);
  assert.equal((await server.call("GET", "/v1/cloudimages/quota", { token })).status, 200);
});

test("R-304, R-305: rights in an enterprise project reach its images alone, and only actions that can be given so", async () => {
  const made = await server.ok("POST", "/v1.0/enterprise-projects", { body: { name: "blue" } });
  const blue = made.json["enterprise_project"].id as string;
  const owner = await server.member("epowner", demo, "member");
  const inside = await server.image(owner, { enterprise_project_id: blue });
  const outside = await server.image(owner);
  const user = await server.user("bluish");
  const group = await server.group("blue people", user);
  await server.ok("PUT", `/v3.0/OS-PERMISSION/enterprise-projects/${blue}/groups/${group}/roles/ims_full`);
  const given = await server.ok("GET", `/v3.0/OS-PERMISSION/enterprise-projects/${blue}/groups/${group}/roles`);
  assert.equal(given.json["roles"][0].display_name, "IMS FullAccess");
  const token = await server.token("bluish", demo);
  assert.deepEqual(await listed(token), [inside]);
  assert.equal((await server.call("GET", `/v2/images/${outside}`, { token })).status, 403);
  assert.equal((await server.call("GET", "/v1/cloudimages/quota", { token })).status, 200);
  assert.equal((await server.call("POST", "/v2/images", { token, body: { __os_version: "Ubuntu 20.04 server 64bit" } })).status, 403);
  await server.ok("DELETE", `/v2/images/${inside}`, { token });
});

test("R-304: rights are given in enterprise projects that there are, and in the default one", async () => {
  const group = await server.group("somewhere");
  const give = (id: string) => server.call("PUT", `/v3.0/OS-PERMISSION/enterprise-projects/${id}/groups/${group}/roles/ims_full`);
  for (const id of ["c0ffee00-0000-4000-8000-000000000000", "blue", "00"]) {
    const refused = await give(id);
    assert.equal(refused.status, 404);
    assert.match(refused.text, new RegExp(`enterprise project ${id}`));
  }
  assert.equal((await give("0")).status, 204);
});

test("a policy may depend on numbers, truth values and the time of the call", async () => {
  const owner = await server.member("leveller", demo, "member");
  const [low, high] = [await server.image(owner), await server.image(owner)];
  for (const [id, value] of [
    [low, "3"],
    [high, "30"],
  ] as const) {
    await server.ok("POST", `/v2/${demo}/images/${id}/tags`, { token: owner, status: 204, body: { tag: { key: "level", value } } });
  }
  const condition = {
    NumberLessThan: { "g:ResourceTag/level": [10] },
    Bool: { "g:MFAPresent": false },
    DateGreaterThan: { "g:CurrentTime": "2020-01-01T00:00:00Z" },
  };
  const policy = await server.policy("low levels", { ...allow("ims:*"), Condition: condition });
  assert.deepEqual(await listed(await server.member("lowly", demo, policy)), [low]);
  const past = { DateLessThan: { "g:CurrentTime": "2020-01-01T00:00:00Z" } };
  const over = await server.policy("over", { ...allow("ims:*"), Condition: past });
  const token = await server.member("late", demo, over);
  assert.equal((await server.call("GET", "/v2/cloudimages", { token })).status, 403);
});

test("R-063, R-151: reading a file of a bucket and writing one need rights on the object storage, and the refusal names the one that is missing", async () => {
  const token = await server.member("nobuckets", demo, "ims_full");
  const body = { name: "n", image_url: "files:disk.raw", min_disk: 40 };
  const refused = await server.call("POST", "/v2/cloudimages/action", { token, body });
  assert.equal(refused.status, 403);
  assert.equal(refused.json["error"].code, "IMG.0026");
  assert.match(refused.text, /obs:bucket:HeadBucket/);
  const image = await server.image(token);
  const register = await server.call("PUT", `/v1/cloudimages/${image}/upload`, { token, body: { image_url: "files:disk.raw" } });
  assert.equal(register.status, 403);
  assert.match(register.text, /obs:bucket:HeadBucket/);
  const reading = await server.member("readsbuckets", demo, "ims_full", "obs_read");
  assert.notEqual((await server.call("POST", "/v2/cloudimages/action", { token: reading, body })).status, 403);
});

test("R-306: a request signed with a user's access key passes, and one whose body was changed is 401", async () => {
  const user = await server.user("signer");
  await server.ok("PUT", `/v3/projects/${demo}/users/${user}/roles/ims_full`);
  const key = (await server.ok("POST", "/v3.0/OS-CREDENTIAL/credentials", { body: { credential: { user_id: user } } })).json["credential"];
  const body = JSON.stringify({ __os_version: "Ubuntu 20.04 server 64bit", name: "signed" });
  const headers = { ...signed(key, "POST", "/v2/images", body), "x-project-id": demo };
  const send = async (sent: string) => (await fetch(`${server.server.url}/v2/images`, { method: "POST", headers, body: sent })).status;
  assert.equal(await send(body), 201);
  assert.equal(await send(body.replace("signed", "forged")), 401);
  const shown = (await server.ok("GET", `/v3.0/OS-CREDENTIAL/credentials/${key.access}`)).json["credential"];
  assert.equal(shown.secret, undefined);
  await server.ok("PUT", `/v3.0/OS-CREDENTIAL/credentials/${key.access}`, { body: { credential: { status: "inactive" } }, status: 200 });
  assert.equal(await send(body), 401);
});

test("R-307: a token says which project it is for, or which domain, and what its user may do there", async () => {
  await server.member("tokenuser", demo, "ims_full");
  const identity = { methods: ["password"], password: { user: { name: "tokenuser", password: "password", domain: { name: "Default" } } } };
  const issue = async (scope: object) =>
    (await server.ok("POST", "/v3/auth/tokens", { body: { auth: { identity, scope } } })).json["token"];
  const inProject = await issue({ project: { name: "demo", domain: { name: "Default" } } });
  assert.equal(inProject.project.id, demo);
  assert.deepEqual(inProject.roles, [{ id: "IMS FullAccess", name: "IMS FullAccess" }]);
  const inDomain = await issue({ domain: { name: "Default" } });
  assert.equal(inDomain.domain.id, "default");
  assert.equal(inDomain.project, undefined);
  assert.equal(
    (await server.call("POST", "/v3/auth/tokens", { body: { auth: { identity, scope: { domain: { name: "x" } } } } })).status,
    401,
  );
});
