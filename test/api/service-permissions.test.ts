import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { IamServer, projects } from "./iam-server.ts";

let server: IamServer;
before(async () => {
  server = await IamServer.open();
});
after(async () => server[Symbol.asyncDispose]());

const { demo } = projects;
const allow = (...actions: readonly string[]) => ({ Effect: "Allow", Action: actions });

// oxlint-disable-next-line max-params -- a call reads best on one line
async function bucket(token: string, method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<string> {
  const answer = await fetch(`${server.server.obsUrl}${path}`, {
    method,
    headers: { "x-auth-token": token, ...headers },
    ...(body !== undefined && { body }),
  });
  const [, code = ""] = /<Code>(.*?)<\/Code>/.exec(await answer.text()) ?? [];
  return `${answer.status} ${code}`.trim();
}

test("buckets and objects are reached as far as a policy says, object by object, copies and deletions of many included", async () => {
  const owner = await server.member("bucketowner", demo, "member");
  assert.equal(await bucket(owner, "PUT", "/permitted"), "200");
  for (const key of ["open/a", "shut/a"]) {
    assert.equal(await bucket(owner, "PUT", `/permitted/${key}`, {}, "content"), "200");
  }
  const objects = { ...allow("obs:object:*"), Resource: ["obs:*:*:object:permitted/open/*"] };
  const policy = await server.policy("open objects", allow("obs:bucket:ListBucket", "obs:bucket:HeadBucket"), objects);
  const token = await server.member("opener", demo, policy);
  assert.equal(await bucket(token, "GET", "/permitted"), "200");
  assert.equal(await bucket(token, "GET", "/permitted/open/a"), "200");
  assert.equal(await bucket(token, "GET", "/permitted/shut/a"), "403 AccessDenied");
  assert.equal(await bucket(token, "PUT", "/permitted/shut/b", {}, "content"), "403 AccessDenied");
  assert.equal(await bucket(token, "PUT", "/other"), "403 AccessDenied");
  assert.equal(await bucket(token, "PUT", "/permitted/open/b", { "x-amz-copy-source": "/permitted/shut/a" }), "403 AccessDenied");
  assert.equal(await bucket(token, "PUT", "/permitted/open/b", { "x-amz-copy-source": "/permitted/open/a" }), "200");
  const both = "<Delete><Object><Key>open/b</Key></Object><Object><Key>shut/a</Key></Object></Delete>";
  assert.equal(await bucket(token, "POST", "/permitted?delete", {}, both), "403 AccessDenied");
  assert.equal(await bucket(owner, "GET", "/permitted/open/b"), "200", "all or none");
});

test("keys are reached as far as a policy says, key by key", async () => {
  const kms = (call: string) => `/v1.0/${demo}/kms/${call}`;
  const owner = await server.member("keyowner", demo, "kms_adm");
  const key = async (alias: string) =>
    (await server.ok("POST", kms("create-key"), { token: owner, body: { key_alias: alias }, status: 200 })).json["key_info"]
      .key_id as string;
  const [mine, other] = [await key("mine"), await key("other")];
  const policy = await server.policy(
    "one key",
    { ...allow("kms:cmk:get", "kms:dek:create"), Resource: [`KMS:*:*:KeyId:${mine}`] },
    allow("kms:cmk:list"),
  );
  const token = await server.member("keyuser", demo, policy);
  const code = async (call: string, body: object) => {
    const answer = await server.call("POST", kms(call), { token, body });
    return `${answer.status} ${answer.json["error"]?.error_code ?? ""}`.trim();
  };
  assert.equal(await code("list-keys", {}), "200");
  assert.equal(await code("describe-key", { key_id: mine }), "200");
  assert.equal(await code("describe-key", { key_id: other }), "403 KMS.0307");
  assert.equal(await code("create-datakey", { key_id: mine, datakey_length: "512" }), "200");
  assert.equal(await code("create-datakey", { key_id: other, datakey_length: "512" }), "403 KMS.0307");
  assert.equal(await code("create-key", { key_alias: "third" }), "403 KMS.0307");
  assert.match((await server.call("POST", kms("disable-key"), { token, body: { key_id: mine } })).text, /kms:cmk:disable/);
});

test("encrypting an image needs rights on keys, and the refusal names the one that is missing", async () => {
  const token = await server.member("noncipher", demo, "ims_full", "obs_full");
  const body = { name: "n", image_url: "files:disk.raw", min_disk: 40, cmk_id: "x" };
  const refused = await server.call("POST", "/v2/cloudimages/action", { token, body });
  assert.equal(refused.status, 403, refused.text);
  assert.match(refused.text, /kms:cmk:get/);
});
