import assert from "node:assert/strict";
import { test } from "node:test";
import { MembersV2Answer, MemberV2 } from "@tintype/contract/image-v2/members.ts";
import { Value } from "typebox/value";
import { DeclaredServer } from "./declared-setup.ts";
import { administrator, alt, demo } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";

const third: Caller = { project: "third", roles: ["member", "reader"] };

test("OSSN-0005: an image is shared, answered, shown and taken back, by whom it is for", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.create();
  const path = `/${id}/members`;
  const added = await server.call("POST", path, demo, { member: "alt" });
  assert.equal(added.statusCode, 200);
  const member = added.json<MemberV2>();
  assert.ok(Value.Check(MemberV2, member));
  const { created_at: _, updated_at: __, ...rest } = member;
  assert.deepEqual(rest, { member_id: "alt", image_id: id, status: "pending", schema: "/v2/schemas/member" });
  assert.equal(await server.status("POST", path, demo, { member: "alt" }), 409);
  assert.equal(await server.status("POST", path, demo, { member: "third" }), 200);

  assert.equal(await server.status("GET", `/${id}`, alt), 200);
  const accepted = await server.call("PUT", `${path}/alt`, alt, { status: "accepted", vault_id: "v" });
  assert.deepEqual([accepted.statusCode, accepted.json<MemberV2>().status], [200, "accepted"]);
  const members = async (caller: Caller) => {
    const answer = (await server.call("GET", path, caller)).json<{ members: MemberV2[] }>();
    assert.ok(Value.Check(MembersV2Answer, answer));
    return answer.members.map(({ member_id: name, status }) => `${name} ${status}`);
  };
  assert.deepEqual(await members(demo), ["alt accepted", "third pending"]);
  assert.deepEqual(await members(administrator), ["alt accepted", "third pending"]);
  assert.deepEqual(await members(alt), ["alt accepted"]);
  assert.equal(await server.status("GET", `${path}/third`, alt), 404);
  assert.equal(await server.status("GET", `${path}/alt`, demo), 200);
  assert.equal(await server.status("GET", `${path}/nobody`, demo), 404);

  assert.equal(await server.status("DELETE", `${path}/alt`, alt), 403);
  assert.equal(await server.status("DELETE", `${path}/alt`, demo), 204);
  assert.equal(await server.status("DELETE", `${path}/alt`, demo), 404);
  assert.equal(await server.status("GET", `/${id}`, alt), 404);
  assert.equal((await server.show(id))["visibility"], "shared");
  const again = await server.call("POST", path, demo, { member: "alt" });
  assert.equal(again.json<MemberV2>().status, "pending");
});

test("the last member leaves an image shared, so that another can follow", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.create();
  for (const member of ["alt", "third"]) {
    assert.equal(await server.status("POST", `/${id}/members`, demo, { member }), 200);
    assert.equal(await server.status("DELETE", `/${id}/members/${member}`), 204);
  }
});

test("only members answer, and only words that are answers", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.create();
  await server.call("POST", `/${id}/members`, demo, { member: "alt" });
  await server.call("POST", `/${id}/members`, demo, { member: "third" });
  const answer = async (member: string, caller: Caller, body: object) =>
    await server.status("PUT", `/${id}/members/${member}`, caller, body);
  assert.equal(await answer("alt", demo, { status: "accepted" }), 403);
  assert.equal(await answer("third", alt, { status: "accepted" }), 404);
  assert.equal(await answer("alt", alt, { status: "yes" }), 400);
  assert.equal(await answer("alt", alt, {}), 400);
  assert.equal(await answer("nobody", demo, { status: "accepted" }), 404);
  assert.equal(await answer("alt", { ...third, project: "fourth" }, { status: "accepted" }), 404);
  assert.equal(await answer("alt", administrator, { status: "accepted" }), 200);
  for (const status of ["rejected", "pending", "accepted"]) {
    assert.equal(await answer("alt", alt, { status }), 200);
  }
});

test("bodies that name no member are refused, and members beyond the limit", async () => {
  await using server = await DeclaredServer.open({ limits: { members: { perImage: 1 } } });
  const { id } = await server.create();
  for (const body of [{}, { member: "" }, { member: 5 }, { member: null }, { member: "x".repeat(256) }]) {
    assert.equal(await server.status("POST", `/${id}/members`, demo, body), 400, JSON.stringify(body));
  }
  assert.equal(await server.status("POST", `/${id}/members`, alt, { member: "alt" }), 404);
  assert.equal(await server.status("POST", `/${id}/members`, demo, { member: "nobody-here" }), 200);
  assert.equal(await server.status("POST", `/${id}/members`, demo, { member: "alt" }), 413);
});

test("only shared images have members; those of one that was made private wait, out of reach", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.create();
  const set = async (value: string) => await server.patch(id, [{ op: "replace", path: "/visibility", value }]);
  await server.call("POST", `/${id}/members`, demo, { member: "alt" });
  await server.call("PUT", `/${id}/members/alt`, alt, { status: "accepted" });
  for (const visibility of ["private", "community"]) {
    await set(visibility);
    assert.equal(await server.status("GET", `/${id}/members`), 403);
    assert.equal(await server.status("GET", `/${id}/members/alt`), 403);
    assert.equal(await server.status("POST", `/${id}/members`, demo, { member: "third" }), 403);
    assert.equal(await server.status("DELETE", `/${id}/members/alt`), 403);
    assert.equal(await server.status("PUT", `/${id}/members/alt`, demo, { status: "accepted" }), 403);
    assert.equal(await server.status("GET", `/${id}`, alt), visibility === "private" ? 404 : 200);
  }
  await set("shared");
  assert.equal((await server.call("GET", `/${id}/members/alt`, alt)).json<MemberV2>().status, "accepted");
});

test("sharing an image in IMS after it was made private does not let its old members in again", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.ims.world.addImage("demo", Buffer.alloc(1024, 1), { visibility: "shared" });
  await server.call("POST", `/${id}/members`, demo, { member: "alt" });
  await server.patch(id, [{ op: "replace", path: "/visibility", value: "private" }]);
  await server.ims.world.catalog.transaction(async (catalog) => {
    const { addMember } = await import("@tintype/server/sharing/member-changes.ts");
    await addMember(catalog, { imageId: id, memberId: "third" as never }, 1);
  });
  assert.equal(await server.status("GET", `/${id}`, alt), 404);
  assert.equal(await server.status("GET", `/${id}`, third), 200);
});
