import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import {
  CreateKeyAnswer,
  DeletionAnswer,
  DescribeKeyAnswer,
  KeyStateAnswer,
  ListKeysAnswer,
  RotationAnswer,
} from "@tintype/contract/kms/master-keys.ts";
import type { KeyDetails } from "@tintype/contract/kms/master-keys.ts";
import { DataKeyAnswer, DecryptDataKeyAnswer, EncryptDataKeyAnswer, WrappedDataKeyAnswer } from "@tintype/contract/kms/data-keys.ts";
import { createApp } from "@tintype/server/http/create-app.ts";
import { requirePrincipal } from "@tintype/server/http/authentication/require-principal.ts";
import { sqlCatalog } from "@tintype/server/adapters/sql/sql-catalog.ts";
import { openSqlite } from "@tintype/server/adapters/sqlite/open-sqlite.ts";
import { defaultImageKey } from "@tintype/server/keys/default-image-key.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import { pino } from "pino";
import { KmsServer, administrator, alt, demo, reader, refusalOf } from "./kms-server.ts";

interface DataKeyJson {
  readonly key_id: string;
  readonly plain_text: string;
  readonly cipher_text: string;
}

const nobodys = "00000000-0000-7000-8000-000000000000";
const dayMs = 24 * 60 * 60 * 1000;
const fits = (schema: TSchema, answer: unknown) => assert.deepEqual([...Value.Errors(schema, answer)], []);
const sha256 = (hex: string) => createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex").toUpperCase();

async function describe(server: KmsServer, id: string): Promise<KeyDetails> {
  return (await server.ok<{ key_info: KeyDetails }>("describe-key", { key_id: id })).key_info;
}

test("R-325: a key is made, and described as KMS describes keys", async () => {
  await using server = await KmsServer.open();
  const made = await server.ok<{ key_info: { key_id: string } }>("create-key", {
    key_alias: "web/images:1",
    key_description: "d",
    key_spec: "AES_256",
    key_usage: "ENCRYPT_DECRYPT",
    origin: "kms",
    sequence: "919c82d4-8046-4722-9094-35c3c6524cff",
    tags: [],
  });
  fits(CreateKeyAnswer, made);
  const answer = await server.ok<object>("describe-key", { key_id: made.key_info.key_id });
  fits(DescribeKeyAnswer, answer);
  assert.deepEqual(answer, {
    key_info: {
      key_id: made.key_info.key_id,
      domain_id: "d0",
      key_alias: "web/images:1",
      realm: "local-1",
      key_spec: "AES_256",
      key_usage: "ENCRYPT_DECRYPT",
      key_description: "d",
      creation_date: String(server.world.clock.now()),
      scheduled_deletion_date: "",
      key_state: "2",
      default_key_flag: "0",
      key_type: "1",
      expiration_time: "",
      origin: "kms",
      key_rotation_enabled: "false",
      sys_enterprise_project_id: "0",
    },
  });
  assert.deepEqual(await server.ok("describe-key", { key_id: "alias/web/images:1" }), answer);
});

test("R-325: data keys are wrapped and unwrapped, in the forms that KMS documents", async () => {
  await using server = await KmsServer.open();
  const id = await server.key("a");
  const made = await server.ok<DataKeyJson>("create-datakey", { key_id: id, datakey_length: "512" });
  fits(DataKeyAnswer, made);
  assert.match(made.plain_text, /^[0-9A-F]{128}$/);
  const opened = await server.ok<object>("decrypt-datakey", {
    key_id: id,
    cipher_text: made.cipher_text.toLowerCase(),
    datakey_cipher_length: "64",
  });
  fits(DecryptDataKeyAnswer, opened);
  assert.deepEqual(opened, { data_key: made.plain_text, datakey_length: "64", datakey_dgst: sha256(made.plain_text) });

  const own = randomBytes(64).toString("hex");
  const body = { key_id: id, plain_text: own + sha256(own), datakey_plain_length: "64" };
  const wrapped = await server.ok<DataKeyJson>("encrypt-datakey", body);
  fits(EncryptDataKeyAnswer, wrapped);
  const again = await server.ok<{ data_key: string }>("decrypt-datakey", {
    key_id: id,
    cipher_text: wrapped.cipher_text,
    datakey_cipher_length: 64,
  });
  assert.equal(again.data_key, own.toUpperCase());

  const secret = await server.ok<DataKeyJson>("create-datakey-without-plaintext", { key_id: "alias/a", key_spec: "AES_128" });
  fits(WrappedDataKeyAnswer, secret);
  assert.deepEqual(Object.keys(secret), ["key_id", "cipher_text"]);
  await server.ok("decrypt-datakey", { key_id: id, cipher_text: secret.cipher_text, datakey_cipher_length: "16" });
});

test("an answer with a data key is kept by no cache", async () => {
  await using server = await KmsServer.open();
  const answer = await server.call("create-datakey", { key_id: await server.key("a") });
  assert.equal(answer.headers["cache-control"], "no-store");
});

test("an encryption context must be the same when the data key is unwrapped", async () => {
  await using server = await KmsServer.open();
  const id = await server.key("a");
  const context = { encryption_context: { image: "1" } };
  const { cipher_text } = await server.ok<DataKeyJson>("create-datakey", { key_id: id, ...context });
  const body = { key_id: id, cipher_text, datakey_cipher_length: "32" };
  await server.ok("decrypt-datakey", { ...body, ...context });
  assert.equal(refusalOf(await server.call("decrypt-datakey", body)), "400 KMS.2201");
  const huge = { encryption_context: { image: "x".repeat(9000) } };
  assert.equal(refusalOf(await server.call("create-datakey", { key_id: id, ...huge })), "400 KMS.0208");
  assert.equal(refusalOf(await server.call("create-datakey", { key_id: id, encryption_context: { a: 1 } })), "400 KMS.0208");
});

test("R-164: a disabled key makes and opens no data key, and enabled again it does", async () => {
  await using server = await KmsServer.open();
  const id = await server.key("a");
  const { cipher_text } = await server.ok<DataKeyJson>("create-datakey", { key_id: id });
  const opening = { key_id: id, cipher_text, datakey_cipher_length: "32" };
  const disabled = await server.ok<object>("disable-key", { key_id: id });
  fits(KeyStateAnswer, disabled);
  assert.deepEqual(disabled, { key_info: { key_id: id, key_state: "3" } });
  assert.equal(refusalOf(await server.call("disable-key", { key_id: id })), "400 KMS.1301");
  assert.equal(refusalOf(await server.call("create-datakey", { key_id: id })), "400 KMS.0209");
  assert.equal(refusalOf(await server.call("decrypt-datakey", opening)), "400 KMS.0209");
  assert.deepEqual(await server.ok("enable-key", { key_id: id }), { key_info: { key_id: id, key_state: "2" } });
  assert.equal(refusalOf(await server.call("enable-key", { key_id: id })), "400 KMS.1201");
  await server.ok("decrypt-datakey", opening);
});

test("a deletion is scheduled, cancelled, and happens", async () => {
  await using server = await KmsServer.open();
  const id = await server.key("a");
  for (const pending_days of ["6", "1097", 6, "x", "-7", "7.5"]) {
    assert.equal(refusalOf(await server.call("schedule-key-deletion", { key_id: id, pending_days })), "400 KMS.1401");
  }
  assert.equal(refusalOf(await server.call("cancel-key-deletion", { key_id: id })), "400 KMS.1501");
  const scheduled = await server.ok<object>("schedule-key-deletion", { key_id: id, pending_days: "7" });
  fits(DeletionAnswer, scheduled);
  assert.deepEqual(scheduled, { key_id: id, key_state: "4" });
  const shown = await server.ok<{ key_info: object }>("describe-key", { key_id: id });
  assert.equal(Reflect.get(shown.key_info, "scheduled_deletion_date"), String(server.world.clock.now() + 7 * dayMs));
  assert.equal(refusalOf(await server.call("schedule-key-deletion", { key_id: id, pending_days: 7 })), "400 KMS.1402");
  assert.equal(refusalOf(await server.call("create-datakey", { key_id: id })), "400 KMS.0210");
  assert.equal(refusalOf(await server.call("update-key-alias", { key_id: id, key_alias: "b" })), "400 KMS.0210");
  assert.deepEqual(await server.ok("cancel-key-deletion", { key_id: id }), { key_id: id, key_state: "3" });
  await server.ok("schedule-key-deletion", { key_id: id, pending_days: "1096" });
  server.world.clock.advance(1096 * dayMs);
  assert.equal(refusalOf(await server.call("describe-key", { key_id: id })), "404 KMS.0207");
});

test("a rotated key opens what its older versions wrapped", async () => {
  await using server = await KmsServer.open();
  const id = await server.key("a");
  const { cipher_text } = await server.ok<DataKeyJson>("create-datakey", { key_id: id });
  assert.equal(Reflect.get(await server.ok<object>("get-key-rotation-status", { key_id: id }), "number_of_rotations"), 0);
  const rotated = await server.ok<object>("rotate-key", { key_id: id });
  fits(RotationAnswer, rotated);
  assert.equal(Reflect.get(rotated, "number_of_rotations"), 1);
  assert.deepEqual(await server.ok("get-key-rotation-status", { key_id: id }), rotated);
  await server.ok("decrypt-datakey", { key_id: id, cipher_text, datakey_cipher_length: "32" });
});

test("alias and description are changed, and an alias has one owner", async () => {
  await using server = await KmsServer.open();
  const [id] = [await server.key("a"), await server.key("b")];
  assert.deepEqual(await server.ok("update-key-alias", { key_id: id, key_alias: "c" }), { key_info: { key_id: id, key_alias: "c" } });
  await server.ok("update-key-description", { key_id: id, key_description: "words" });
  assert.deepEqual([(await describe(server, id)).key_alias, (await describe(server, id)).key_description], ["c", "words"]);
  assert.equal(refusalOf(await server.call("update-key-alias", { key_id: id, key_alias: "b" })), "400 KMS.1104");
  assert.equal(refusalOf(await server.call("create-key", { key_alias: "c" })), "400 KMS.1104");
  await server.key("c", alt);
});

test("keys are listed newest first, in pages, and by state", async () => {
  await using server = await KmsServer.open();
  const ids: string[] = [];
  for (const alias of ["a", "b", "c"]) {
    ids.unshift(await server.key(alias));
    server.world.clock.advance(1000);
  }
  const list = async (body: object) => server.ok<ListKeysAnswer>("list-keys", body);
  const all = await list({});
  fits(ListKeysAnswer, all);
  assert.deepEqual([all.keys, all.total, all.truncated, all.next_marker], [ids, 3, "false", ""]);
  const first = await list({ limit: "2" });
  assert.deepEqual([first.keys, first.truncated, first.next_marker], [ids.slice(0, 2), "true", "2"]);
  const second = await list({ limit: 2, marker: first.next_marker });
  assert.deepEqual([second.keys, second.truncated, second.next_marker], [ids.slice(2), "false", ""]);
  await server.ok("disable-key", { key_id: ids[0] });
  assert.deepEqual((await list({ key_state: "3" })).keys, [ids[0]]);
  assert.deepEqual((await list({ key_state: 1 })).keys, []);
  assert.equal((await server.call("list-keys", undefined)).statusCode, 200, "an empty body asks for all");
  for (const [body, code] of [
    [{ limit: "0" }, "KMS.1601"],
    [{ limit: "1001" }, "KMS.1601"],
    [{ limit: "many" }, "KMS.1601"],
    [{ marker: "-1" }, "KMS.1602"],
    [{ marker: "4" }, "KMS.1602"],
    [{ key_state: "6" }, "KMS.0308"],
  ] as const) {
    assert.equal(refusalOf(await server.call("list-keys", body)), `400 ${code}`);
  }
});

test("R-169: users see and use the default key, and can neither change nor delete it", async () => {
  await using server = await KmsServer.open();
  const { id } = await defaultImageKey(server.keys, demo.project as ProjectId);
  const { key_info } = await server.ok<{ key_info: object }>("describe-key", { key_id: "alias/ims/default" });
  assert.deepEqual([Reflect.get(key_info, "key_id"), Reflect.get(key_info, "default_key_flag")], [id, "1"]);
  await server.ok("create-datakey", { key_id: id });
  for (const [call, more] of [
    ["disable-key", {}],
    ["enable-key", {}],
    ["rotate-key", {}],
    ["schedule-key-deletion", { pending_days: "7" }],
    ["cancel-key-deletion", {}],
    ["update-key-alias", { key_alias: "mine" }],
    ["update-key-description", { key_description: "mine" }],
  ] as const) {
    assert.equal(refusalOf(await server.call(call, { key_id: id, ...more })), "400 KMS.0211", call);
  }
  assert.equal(refusalOf(await server.call("create-key", { key_alias: "evs/default" })), "400 KMS.1101");
});

test("a key of another project does not exist, for administrators neither", async () => {
  await using server = await KmsServer.open();
  const id = await server.key("a");
  const { cipher_text } = await server.ok<DataKeyJson>("create-datakey", { key_id: id });
  const theirs = await server.key("b", alt);
  for (const caller of [alt, administrator]) {
    for (const [call, more] of [
      ["describe-key", {}],
      ["disable-key", {}],
      ["enable-key", {}],
      ["rotate-key", {}],
      ["create-datakey", {}],
      ["create-datakey-without-plaintext", {}],
      ["schedule-key-deletion", { pending_days: "7" }],
      ["cancel-key-deletion", {}],
      ["update-key-alias", { key_alias: "x" }],
      ["update-key-description", { key_description: "x" }],
      ["get-key-rotation-status", {}],
      ["encrypt-datakey", { plain_text: `00${sha256("00")}`, datakey_plain_length: 1 }],
      ["decrypt-datakey", { cipher_text, datakey_cipher_length: "32" }],
    ] as const) {
      assert.equal(refusalOf(await server.call(call, { key_id: id, ...more }, caller)), "404 KMS.0207", call);
    }
    assert.equal(refusalOf(await server.call("list-keys", {}, caller, "demo")), "403 KMS.0321");
  }
  const opening = { key_id: theirs, cipher_text, datakey_cipher_length: "32" };
  assert.equal(refusalOf(await server.call("decrypt-datakey", opening, alt)), "400 KMS.2201", "a key of one's own opens nothing of theirs");
  assert.equal(refusalOf(await server.call("describe-key", { key_id: nobodys })), "404 KMS.0207");
});

test("a reader lists and describes, and everything else is refused", async () => {
  await using server = await KmsServer.open();
  const id = await server.key("a");
  for (const [call, body] of [
    ["list-keys", {}],
    ["describe-key", { key_id: id }],
    ["get-key-rotation-status", { key_id: id }],
  ] as const) {
    assert.equal((await server.call(call, body, reader)).statusCode, 200);
    assert.equal(refusalOf(await server.call(call, body, { project: "demo", roles: [] })), "403 KMS.0307");
  }
  for (const [call, body] of [
    ["create-key", { key_alias: "b" }],
    ["enable-key", {}],
    ["disable-key", {}],
    ["rotate-key", {}],
    ["schedule-key-deletion", { pending_days: 7 }],
    ["cancel-key-deletion", {}],
    ["update-key-alias", { key_alias: "b" }],
    ["update-key-description", { key_description: "b" }],
    ["create-datakey", {}],
    ["create-datakey-without-plaintext", {}],
    ["encrypt-datakey", { plain_text: `00${sha256("00")}`, datakey_plain_length: 1 }],
    ["decrypt-datakey", { cipher_text: "00", datakey_cipher_length: 1 }],
  ] as const) {
    assert.equal(refusalOf(await server.call(call, { key_id: id, ...body }, reader)), "403 KMS.0307", call);
  }
  assert.equal(refusalOf(await server.call("list-keys", {}, { project: undefined, roles: [] }, "demo")), "403 403");
});

for (const [call, body, code] of [
  ["create-key", "{", "KMS.0202"],
  ["create-key", "[]", "KMS.0202"],
  ["create-key", `{"key_alias":"${"x".repeat(70_000)}"}`, "KMS.0203"],
  ["create-key", {}, "KMS.0204"],
  ["create-key", { key_alias: null }, "KMS.0204"],
  ["create-key", { key_alias: "" }, "KMS.1101"],
  ["create-key", { key_alias: "a b" }, "KMS.1101"],
  ["create-key", { key_alias: "x".repeat(256) }, "KMS.1101"],
  ["create-key", { key_alias: 5 }, "KMS.1101"],
  ["create-key", { key_alias: "a", key_description: "é".repeat(256) }, "KMS.1103"],
  ["create-key", { key_alias: "a", key_spec: "RSA_2048" }, "KMS.1110"],
  ["create-key", { key_alias: "a", key_usage: "SIGN_VERIFY" }, "KMS.0308"],
  ["create-key", { key_alias: "a", origin: "external" }, "KMS.0308"],
  ["create-key", { key_alias: "a", sequence: "1" }, "KMS.0206"],
  ["describe-key", {}, "KMS.0204"],
  ["describe-key", { key_id: "x" }, "KMS.0205"],
  ["enable-key", { key_id: "alias/a" }, "KMS.0205"],
  ["enable-key", { key_id: `${nobodys}\n` }, "KMS.0205"],
  ["create-datakey", { key_id: nobodys, datakey_length: "0" }, "KMS.1901"],
  ["create-datakey", { key_id: nobodys, datakey_length: "8200" }, "KMS.1901"],
  ["create-datakey", { key_id: nobodys, datakey_length: "long" }, "KMS.1901"],
  ["create-datakey", { key_id: nobodys, datakey_length: "9" }, "KMS.1903"],
  ["create-datakey", { key_id: nobodys, key_spec: "AES_512" }, "KMS.1902"],
  ["encrypt-datakey", { key_id: nobodys, plain_text: "zz", datakey_plain_length: 1 }, "KMS.2101"],
  ["encrypt-datakey", { key_id: nobodys, plain_text: "00".repeat(32), datakey_plain_length: 1 }, "KMS.2101"],
  ["encrypt-datakey", { key_id: nobodys, plain_text: "00".repeat(33), datakey_plain_length: 1 }, "KMS.2103"],
  ["encrypt-datakey", { key_id: nobodys, plain_text: "00".repeat(34), datakey_plain_length: 1 }, "KMS.2104"],
  ["decrypt-datakey", { key_id: nobodys, cipher_text: "0", datakey_cipher_length: 1 }, "KMS.2201"],
  ["decrypt-datakey", { key_id: nobodys, cipher_text: "00".repeat(4097), datakey_cipher_length: 1 }, "KMS.2201"],
] as const) {
  test(`${call} refuses ${(typeof body === "string" ? body : JSON.stringify(body)).slice(0, 60)} with ${code}`, async () => {
    await using server = await KmsServer.open();
    assert.equal(refusalOf(await server.call(call, body)), `400 ${code}`);
  });
}

test("a wrong length of a data key is told, and a changed one is not opened", async () => {
  await using server = await KmsServer.open();
  const id = await server.key("a");
  const { cipher_text } = await server.ok<DataKeyJson>("create-datakey", { key_id: id });
  assert.equal(refusalOf(await server.call("decrypt-datakey", { key_id: id, cipher_text, datakey_cipher_length: "64" })), "400 KMS.2204");
  const changed = `${cipher_text.slice(0, -1)}${cipher_text.endsWith("0") ? "1" : "0"}`;
  assert.equal(
    refusalOf(await server.call("decrypt-datakey", { key_id: id, cipher_text: changed, datakey_cipher_length: "32" })),
    "400 KMS.2201",
  );
});

test("the quota of keys is exact under 20 creations at once, and the default key is not counted", async () => {
  await using server = await KmsServer.open({ perProject: 3 });
  await defaultImageKey(server.keys, demo.project as ProjectId);
  const answers = await Promise.all(Array.from({ length: 20 }, async (_, n) => server.call("create-key", { key_alias: `k${n}` })));
  assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 3);
  assert.equal(
    answers.map((answer) => (answer.statusCode === 200 ? "" : refusalOf(answer))).filter((code) => code === "400 KMS.1105").length,
    17,
  );
});

test("without credentials no call is answered, whatever its body: 401 in Keystone's shape", async () => {
  const catalog = sqlCatalog(await openSqlite(":memory:"));
  await using server = await KmsServer.open({
    requirePrincipal: requirePrincipal({ catalog, clock: { now: () => 0 }, region: "local-1" }),
  });
  for (const body of [{}, "no json"]) {
    const answer = await server.call("list-keys", body);
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.json<{ error: { title: string } }>().error.title, "Unauthorized");
  }
});

test("an address below kms that is none is refused in the shape of KMS", async () => {
  const app = createApp({
    log: pino({ level: "silent" }),
    ids: { uuid: () => "u", hex32: () => "h", secret: () => "s" },
    maxBodyBytes: 1024,
    metrics: { observeRequest() {} },
  });
  const answer = await app.inject({ method: "POST", url: "/v1.0/p/kms/no-such-call", payload: {} });
  assert.equal(refusalOf(answer), "404 ops.routeNotFound");
  await app.close();
});
