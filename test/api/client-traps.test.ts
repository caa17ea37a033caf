import assert from "node:assert/strict";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, demo, refusalOf } from "./ims-server.ts";

/** What unmodified clients rely on without saying so: the numbers are those of the checklist in the interface description. */

const disk = sampleDisk(1);

async function serverWith(fields: Partial<ImageRecord> = {}): Promise<{ server: ImsServer; id: string; shown: Record<string, unknown> }> {
  const server = await ImsServer.open();
  const { id } = await server.world.addImage("demo", disk, fields);
  const [shown] = await server.list(`?id=${id}`);
  assert.ok(shown);
  return { server, id, shown };
}

test("trap 5: the origin of an image has exactly two parts", async () => {
  for (const origin of ["file,bucket:folder/disk.qcow2", "image,0190-a", "instance,0190-b", "volume,0190-c"]) {
    const { server, shown } = await serverWith({ origin });
    await using _ = server;
    assert.deepEqual(String(shown["__data_origin"]).split(","), origin.split(","));
    assert.equal(shown["__originalimagename"], origin.startsWith("image,") ? "0190-a" : "");
  }
  const { server, shown } = await serverWith({ origin: undefined });
  await using _ = server;
  assert.ok(!("__data_origin" in shown), "absent, not null or empty");
});

test("trap 6: the list with an id is how one image is read, and answers nothing for one that is not there", async () => {
  const { server, id } = await serverWith();
  await using _ = server;
  assert.equal((await server.list(`?id=${id}&limit=1`)).length, 1);
  assert.deepEqual(await server.list("?id=00000000-0000-7000-8000-000000000000"), []);
});

test("trap 7: the page after the last is empty and never repeats, with the parameters that the Terraform provider sends", async () => {
  const { server } = await serverWith();
  await using _ = server;
  await server.world.addImage("demo", disk, { name: "image" });
  const query = "?status=active&enterprise_project_id=all_granted_eps&sort_key=name&sort_dir=asc";
  const page = await server.list(query);
  assert.equal(page.length, 2);
  assert.deepEqual(await server.list(`${query}&marker=${String(page.at(-1)?.["id"])}`), []);
});

test("trap 8: replacing an attribute that is missing is IMG.0035, and adding it then works", async () => {
  const { server, id } = await serverWith();
  await using _ = server;
  const edit = async (op: string) =>
    await server.call("PATCH", `/v2/cloudimages/${id}`, JSON.stringify([{ op, path: "/__description", value: "x" }]));
  assert.equal(refusalOf(await edit("replace")), "400 IMG.0035");
  assert.equal((await edit("add")).statusCode, 200);
  assert.equal((await edit("replace")).statusCode, 200);
});

test("trap 9: numbers and logic values that clients read as texts are texts, and the others are not", async () => {
  const { server, id, shown } = await serverWith({ maxRamMiB: 4096, architecture: "arm", firmware: "uefi", kind: "whole" });
  await using _ = server;
  for (const attribute of ["max_ram", "__image_size", "__support_arm", "__whole_image", "__isregistered", "__lazyloading", "__os_bit"]) {
    assert.equal(typeof shown[attribute], "string", attribute);
  }
  for (const attribute of ["min_ram", "min_disk", "size"]) {
    assert.ok(Number.isInteger(shown[attribute]), attribute);
  }
  for (const attribute of ["protected", "__system_support_market"]) {
    assert.equal(typeof shown[attribute], "boolean", attribute);
  }
  assert.ok(
    Object.entries(shown).every(([attribute, value]) => value !== null || attribute === "virtual_size"),
    "absent rather than null",
  );
  const body = JSON.stringify([{ op: "replace", path: "/max_ram", value: 8192 }]);
  assert.equal((await server.call("PATCH", `/v2/cloudimages/${id}`, body)).json<Record<string, unknown>>()["max_ram"], "8192");
});

test("trap 10: a deletion may carry JSON, or the content type of JSON and nothing", async () => {
  for (const body of ['{"delete_backup":true}', "{}", "", "{not json"]) {
    const { server, id } = await serverWith();
    await using _ = server;
    assert.equal((await server.call("DELETE", `/v2/images/${id}`, body)).statusCode, 204, body);
  }
});

test("trap 13: the operating systems are a bare list, and tags narrow it together", async () => {
  const { server } = await serverWith();
  await using _ = server;
  const versionsOf = async (query: string) => {
    const answer = await server.call("GET", `/v1/cloudimages/os_version${query}`);
    assert.equal(answer.statusCode, 200, answer.body);
    const platforms = answer.json<{ platform: string; version_list: Record<string, unknown>[] }[]>();
    assert.ok(Array.isArray(platforms));
    for (const { platform, version_list } of platforms) {
      for (const version of version_list) {
        assert.equal(version["platform"], platform);
        assert.equal(version["os_version_key"], version["os_version"]);
        assert.ok(version["os_bit"] === 32 || version["os_bit"] === 64);
        assert.ok(version["os_type"] === "Linux" || version["os_type"] === "Windows");
      }
    }
    return platforms.flatMap(({ version_list }) => version_list.map(({ os_version }) => String(os_version)));
  };
  const all = await versionsOf("");
  assert.ok(all.includes("Ubuntu 20.04 server 64bit") && all.includes("UOS 20 64bit") && all.includes("Windows 10 64bit"));
  assert.equal(new Set(all).size, all.length);
  const arm = await versionsOf("?tag=arm");
  assert.ok(arm.includes("UOS 20 64bit") && !arm.includes("Windows 10 64bit"));
  const both = await versionsOf("?tag=uefi&tag=x86");
  const [uefi, x86] = [await versionsOf("?tag=uefi"), await versionsOf("?tag=x86")];
  assert.deepEqual(
    both,
    all.filter((version) => uefi.includes(version) && x86.includes(version)),
  );
  assert.ok(both.length > 0 && both.length < uefi.length);
  assert.ok((await versionsOf("?tag=bms")).every((version) => !/32.?bit/.test(version)));
  assert.deepEqual(await versionsOf("?tag=kvm"), all);
  assert.equal(refusalOf(await server.call("GET", "/v1/cloudimages/os_version?tag=mips")), "400 IMG.0017");
});

test("trap 14: times end in Z and have whole seconds", async () => {
  const { server, shown } = await serverWith();
  await using _ = server;
  for (const attribute of ["created_at", "updated_at", "active_at"]) {
    assert.match(String(shown[attribute]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, attribute);
  }
});

test("trap 16: every answer carries a request id, refusals too", async () => {
  const { server, id } = await serverWith();
  await using _ = server;
  for (const [method, url] of [
    ["GET", "/v2/cloudimages"],
    ["GET", "/v2/cloudimages?limit=x"],
    ["GET", "/v2/images"],
    ["GET", `/v2/images/${id}`],
    ["GET", "/v2/images/nobody"],
    ["PATCH", `/v2/cloudimages/${id}`],
    ["GET", "/v2/schemas/image"],
    ["GET", "/v1.1/images/detail"],
    ["HEAD", `/v1/images/${id}`],
    ["GET", "/v1/cloudimages/os_version"],
    ["GET", "/v1/cloudimages/quota"],
    ["GET", "/"],
    ["DELETE", `/v2/images/${id}`],
  ] as const) {
    const { headers } = await server.call(method, url);
    assert.ok(headers["x-request-id"], `${method} ${url}`);
    assert.ok(headers["x-openstack-request-id"], `${method} ${url}`);
  }
});

test("trap 17: a null value, and members that nobody knows, do no harm in an edit", async () => {
  const { server, id } = await serverWith({ description: "d" });
  await using _ = server;
  const edits = [
    { op: "remove", path: "/__description", value: null, from: "x", unknown: { deep: [null] } },
    { op: "add", path: "/free", value: "" },
  ];
  const answer = await server.call("PATCH", `/v2/cloudimages/${id}`, JSON.stringify(edits));
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.json<Record<string, unknown>>()["free"], "");
});

test("trap 18: a refusal is an object with code and message, in JSON", async () => {
  const { server } = await serverWith();
  await using _ = server;
  for (const url of ["/v2/cloudimages?limit=x", "/v2/images/nobody", "/v2/images?sort_key=colour", "/v1.1/images/detail?size_min=x"]) {
    const answer = await server.call("GET", url);
    assert.match(String(answer.headers["content-type"]), /^application\/json/);
    const { error } = answer.json<{ error: Record<string, unknown> }>();
    assert.deepEqual(Object.keys(error).toSorted(), ["code", "message"]);
    assert.match(String(error["code"]), /^IMG\.\d{4}$/);
  }
});

test("what is JSON text in an attribute is a text with texts in it", async () => {
  const { server, shown } = await serverWith({ properties: { __support_kvm: "true" } });
  await using _ = server;
  const features = JSON.parse(String(shown["__os_feature_list"])) as Record<string, unknown>;
  assert.deepEqual(new Set(Object.values(features)), new Set(["true"]));
  const answer = await server.call(
    "PATCH",
    `/v2/cloudimages/${String(shown["id"])}`,
    '[{"op":"add","path":"/__os_feature_list","value":"{}"}]',
    demo,
  );
  assert.equal(refusalOf(answer), "400 IMG.0105");
});

test("a query with a space in it, which the Terraform provider sends as it is, is answered", async () => {
  const { server } = await serverWith({ platform: "Oracle Linux", name: "found" });
  await using _ = server;
  await server.world.addImage("demo", disk, { name: "other" });
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = server.app.server.address() as AddressInfo;
  const send = async (line: string): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    socket.write(`${line}\r\nHost: ims\r\nX-Caller: ${JSON.stringify(demo)}\r\n\r\n`);
    return await text(socket);
  };
  const answer = await send("GET /v2/cloudimages?__platform=Oracle Linux&limit=5 HTTP/1.1");
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answer, /\r\nx-request-id: /);
  const { images } = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as { images: { name: string }[] };
  assert.deepEqual(
    images.map(({ name }) => name),
    ["found"],
  );
  assert.match(await send("GET /v2/cloud images HTTP/1.1"), /^HTTP\/1\.1 400 Bad Request\r\n/);
  assert.match(await send("DELETE /v2/images?a=b c HTTP/1.1"), /^HTTP\/1\.1 400 Bad Request\r\n/);
});
