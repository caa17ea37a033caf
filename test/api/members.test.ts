import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "typebox/value";
import { ImsJob } from "@tintype/contract/ims/ims-job.ts";
import { ImsMember, ListMembersAnswer } from "@tintype/contract/ims/members.ts";
import { ImsServer, administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";
import { addLike, addProjects, batch, callerOf, disk, listedIds, serverWithProjects, share } from "./sharing-setup.ts";

const members = "/v1/cloudimages/members";

test("R-145: a batch is a task of its documented type that tells what became of every image and project", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await addProjects(server, ["third"]);
  const images = [image.id];
  const added = await batch(server, "POST", { images, projects: ["alt", "third"] });
  assert.equal(added.job_type, "imsAddImageMembersJob");
  assert.equal(added.status, "SUCCESS");
  assert.equal(added.error_code, null);
  assert.deepEqual(added.entities.results, [
    { image_id: image.id, project_id: "alt", status: "success" },
    { image_id: image.id, project_id: "third", status: "success" },
  ]);
  assert.deepEqual([...Value.Errors(ImsJob, added)], []);
  const answered = await batch(server, "PUT", { images, project_id: "alt", status: "accepted" }, alt);
  assert.equal(answered.job_type, "imsUpdateImageMembersJob");
  assert.deepEqual(answered.entities.results, [{ image_id: image.id, project_id: "alt", status: "success" }]);
  const removed = await batch(server, "DELETE", { images, projects: ["alt", "third"] });
  assert.equal(removed.job_type, "imsDelImageMembersJob");
  assert.deepEqual(removed.entities.results, added.entities.results);
  assert.deepEqual(await server.world.catalog.members.list(image.id, { limit: 10 }), []);
});

test("R-145: a batch of which a part is possible succeeds, and says what was refused and why", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const sealed = await addLike(server, image, { encryption: { keyId: "k" } });
  const theirs = await addLike(server, image, { projectId: "alt" as never });
  const call = { images: [sealed.id, image.id, theirs.id], projects: ["alt", "demo", "nobody"] };
  const job = await batch(server, "POST", call);
  assert.equal(job.status, "SUCCESS");
  assert.equal(job.error_code, null);
  const outcomes = job.entities.results?.map(({ image_id, project_id, status, error_code }) => [image_id, project_id, status, error_code]);
  assert.deepEqual(outcomes, [
    ...["alt", "demo", "nobody"].map((project) => [sealed.id, project, "failed", "IMG.0098"]),
    [image.id, "alt", "success", undefined],
    [image.id, "demo", "failed", "IMG.0076"],
    [image.id, "nobody", "failed", "IMG.0108"],
    ...["alt", "demo", "nobody"].map((project) => [theirs.id, project, "failed", "IMG.0027"]),
  ]);
  assert.match(job.entities.results?.[4]?.fail_reason ?? "", /belongs to project demo itself/);
});

test("a batch of which nothing is possible is refused at once, with the first reason", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const refused = async (body: object) => refusalOf(await server.call("POST", members, body));
  assert.equal(await refused({ images: [image.id], projects: ["nobody", "demo"] }), "400 IMG.0108");
  assert.equal(await refused({ images: [image.id], projects: ["demo", "nobody"] }), "400 IMG.0076");
  assert.equal(await refused({ images: ["nothing"], projects: ["alt"] }), "404 IMG.0027");
  assert.deepEqual(await server.world.catalog.jobs.list({ projectId: "demo" }), []);
});

test("a batch that finds everything refused when it runs fails with the first reason, and changes nothing", async () => {
  const { server, image } = await serverWithProjects({}, { holdJobs: true });
  await using _ = server;
  const started = await server.call("POST", members, { images: [image.id], projects: ["nobody", "alt"] });
  await server.world.catalog.images.update(image.id, { isPublished: true, updatedAt: 0 });
  const { job_id: id } = started.json<{ job_id: string }>();
  server.jobs.dispatch(id);
  assert.equal((await server.jobs.wait(id)).status, "failed");
  const shown = (await server.call("GET", `/v1/demo/jobs/${id}`)).json<Record<string, unknown>>();
  assert.equal(shown["status"], "FAIL");
  assert.equal(shown["error_code"], "IMG.0108");
  assert.match(String(shown["fail_reason"]), /no project or account nobody/);
  assert.equal((await server.world.catalog.images.get(image.id))?.visibility, "private");
});

test("a batch that is cancelled before it runs shares nothing", async () => {
  const { server, image } = await serverWithProjects({}, { holdJobs: true });
  await using _ = server;
  const started = await server.call("POST", members, { images: [image.id], projects: ["alt"] });
  const { job_id: id } = started.json<{ job_id: string }>();
  await server.jobs.cancel(id);
  assert.equal((await server.jobs.wait(id)).status, "cancelled");
  assert.equal((await server.world.catalog.images.get(image.id))?.memberCount, 0);
  const shown = (await server.call("GET", `/v1/demo/jobs/${id}`)).json<{ entities: { results: unknown } }>();
  assert.deepEqual(shown.entities.results, [{ image_id: image.id, project_id: "alt", status: "failed" }]);
});

test("who is a member already stays one, with its answer, and a project that is named twice is one", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await share(server, image, "alt");
  await server.call("PUT", members, { images: [image.id], project_id: "alt", status: "rejected" }, alt);
  const again = await batch(server, "POST", { images: [image.id, image.id], projects: ["alt", "alt"] });
  assert.deepEqual(again.entities.results, [{ image_id: image.id, project_id: "alt", status: "success" }]);
  assert.equal((await server.world.catalog.members.get(image.id, "alt"))?.status, "rejected");
});

test("an account stands for all of its open projects, by id or by name", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await addProjects(server, ["p1", "p2"], "company");
  const { identity } = server.world.catalog;
  await identity.insertProject({ id: "closed" as never, domainId: "company" as never, name: "closed", description: "", enabled: false });
  const added = await batch(server, "POST", { images: [image.id], domains: ["company"] });
  assert.deepEqual(added.entities.results?.map(({ project_id }) => project_id).toSorted(), ["p1", "p2"]);
  await share(server, image, "alt");
  const removed = await batch(server, "DELETE", { images: [image.id], domains: ["company by name"] });
  assert.deepEqual(removed.entities.results?.map(({ project_id }) => project_id).toSorted(), ["p1", "p2"]);
  assert.equal((await server.world.catalog.images.get(image.id))?.memberCount, 1);
  assert.equal(refusalOf(await server.call("DELETE", members, { images: [image.id], domains: ["company"] })), "400 IMG.0113");
  assert.equal(refusalOf(await server.call("POST", members, { images: [image.id], domains: ["account-of-demo"] })), "400 IMG.0076");
  assert.equal(refusalOf(await server.call("POST", members, { images: [image.id], domains: ["no such"] })), "400 IMG.0108");
});

for (const [title, refused, body] of [
  ["no images", "400 IMG.0066", { projects: ["alt"] }],
  ["an empty list of images", "400 IMG.0066", { images: [], projects: ["alt"] }],
  ["images that are a text", "400 IMG.0066", { images: "i", projects: ["alt"] }],
  ["an image id of 65 characters", "400 IMG.0066", { images: ["i".repeat(65)], projects: ["alt"] }],
  ["an image id with a line break", "400 IMG.0066", { images: ["i\n"], projects: ["alt"] }],
  ["no projects", "400 IMG.0067", { images: ["i"] }],
  ["projects that are null", "400 IMG.0067", { images: ["i"], projects: null }],
  ["a project that is a number", "400 IMG.0067", { images: ["i"], projects: [1] }],
  ["a project id with a space", "400 IMG.0067", { images: ["i"], projects: ["a b"] }],
  ["an account with a control character", "400 IMG.0067", { images: ["i"], domains: ["a\u0000"] }],
  ["organizations", "400 IMG.0105", { images: ["i"], projects: ["alt"], organizations: ["urn:x"] }],
  ["101 projects", "400 IMG.0088", { images: ["i"], projects: Array.from({ length: 101 }, (_, index) => `p${index}`) }],
  ["1001 images", "400 IMG.0088", { images: Array.from({ length: 1001 }, (_, index) => `i${index}`), projects: ["alt"] }],
  ["text that is no JSON", "400 IMG.0001", "{"],
  ["nothing", "400 IMG.0007", ""],
] as const) {
  for (const method of ["POST", "DELETE"] as const) {
    test(`${method} members with ${title} is refused with ${refused}`, async () => {
      await using server = await ImsServer.open();
      assert.equal(refusalOf(await server.call(method, members, body)), refused);
    });
  }
}

test("a call without any content type is refused like an empty one", async () => {
  await using server = await ImsServer.open();
  assert.equal(refusalOf(await server.call("DELETE", members)), "400 IMG.0007");
});

test("100 projects may be named in one call, and the operator may change that", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const projects = Array.from({ length: 101 }, (_, index) => `p${index}`);
  await addProjects(server, projects);
  const job = await batch(server, "POST", { images: [image.id], projects: projects.slice(1) });
  assert.equal(job.entities.results?.filter(({ status }) => status === "success").length, 100);
  const raised = await ImsServer.on(server.world, { limits: { members: { perCall: 101 } } });
  assert.equal((await raised.call("POST", members, { images: [image.id], projects })).statusCode, 200);
  await raised.close();
});

for (const [title, refused, body] of [
  ["no project", "400 IMG.0067", { images: ["i"], status: "accepted" }],
  ["another project", "400 IMG.0030", { images: ["i"], project_id: "demo", status: "accepted" }],
  ["no answer", "400 IMG.0001", { images: ["i"], project_id: "alt" }],
  ["the answer pending", "400 IMG.0001", { images: ["i"], project_id: "alt", status: "pending" }],
  ["no images", "400 IMG.0066", { project_id: "alt", status: "accepted" }],
  ["an unknown image", "404 IMG.0027", { images: ["i"], project_id: "alt", status: "accepted" }],
] as const) {
  test(`PUT members with ${title} is refused with ${refused}`, async () => {
    await using server = await ImsServer.open();
    assert.equal(refusalOf(await server.call("PUT", members, body, alt)), refused);
  });
}

test("the owner cannot answer for itself, nor a project for an image that is public or shared with others", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await share(server, image, "alt");
  const own = { images: [image.id], project_id: "demo", status: "accepted" };
  assert.equal(refusalOf(await server.call("PUT", members, own)), "404 IMG.0114");
  const stranger = { images: [image.id], project_id: "stranger", status: "accepted" };
  assert.equal(refusalOf(await server.call("PUT", members, stranger, callerOf("stranger"))), "404 IMG.0027");
  const open = await addLike(server, image, { visibility: "public", memberCount: 0 });
  const opened = { images: [open.id], project_id: "alt", status: "accepted" };
  assert.equal(refusalOf(await server.call("PUT", members, opened, alt)), "404 IMG.0114");
});

test("R-143, R-144: single members are added, shown, listed, answered for and removed at once", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const path = `/v2/images/${image.id}/members`;
  const added = await server.call("POST", path, { member: "alt" });
  assert.equal(added.statusCode, 200);
  const expected = {
    status: "pending",
    created_at: "2026-01-02T03:04:05Z",
    updated_at: "2026-01-02T03:04:05Z",
    image_id: image.id,
    member_id: "alt",
    member_type: "project",
    schema: "/v2/schemas/member",
  };
  assert.deepEqual(added.json(), expected);
  assert.deepEqual((await server.call("GET", `${path}/alt`)).json(), expected);
  assert.deepEqual((await server.call("GET", `/v1/demo/cloudimages/${image.id}/members/alt`)).json(), expected);
  server.world.clock.advance(60_000);
  const answered = await server.call("PUT", `${path}/alt`, { status: "rejected", vault_id: "ignored" }, alt);
  assert.equal(answered.statusCode, 200);
  assert.deepEqual(answered.json(), { ...expected, status: "rejected", updated_at: "2026-01-02T03:05:05Z" });
  assert.deepEqual([...Value.Errors(ImsMember, answered.json())], []);
  const removed = await server.call("DELETE", `${path}/alt`);
  assert.equal(removed.statusCode, 204);
  assert.equal(removed.body, "");
  assert.equal(refusalOf(await server.call("DELETE", `${path}/alt`)), "404 IMG.0114");
});

test("R-144: what single calls are refused with", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await addProjects(server, ["third"]);
  await share(server, image, "alt");
  const path = `/v2/images/${image.id}/members`;
  const refused = async (...call: Parameters<ImsServer["call"]>) => refusalOf(await server.call(...call));
  assert.equal(await refused("POST", path, { member: "alt" }), "409 IMG.0112");
  assert.equal(await refused("POST", path, { member: "demo" }), "400 IMG.0076");
  assert.equal(await refused("POST", path, { member: "nobody" }), "400 IMG.0108");
  assert.equal(await refused("POST", path, {}), "400 IMG.0067");
  assert.equal(await refused("POST", path, { member: 5 }), "400 IMG.0067");
  assert.equal(await refused("POST", path, ""), "400 IMG.0007");
  assert.equal(await refused("POST", path, { member: "third" }, alt), "403 IMG.0106");
  assert.equal(await refused("DELETE", `${path}/alt`, undefined, alt), "403 IMG.0106");
  assert.equal(await refused("PUT", `${path}/alt`, { status: "accepted" }), "403 IMG.0106");
  assert.equal(await refused("PUT", `${path}/third`, { status: "accepted" }), "404 IMG.0114");
  assert.equal(await refused("PUT", `${path}/alt`, { status: "maybe" }, alt), "400 IMG.0001");
  assert.equal(await refused("PUT", `${path}/demo`, { status: "accepted" }, alt), "404 IMG.0114");
  assert.equal(await refused("GET", `${path}/third`), "404 IMG.0114");
  for (const stranger of [callerOf("third")]) {
    assert.equal(await refused("GET", path, undefined, stranger), "404 IMG.0027");
    assert.equal(await refused("GET", `${path}/alt`, undefined, stranger), "404 IMG.0027");
    assert.equal(await refused("POST", path, { member: "third" }, stranger), "404 IMG.0027");
    assert.equal(await refused("DELETE", `${path}/alt`, undefined, stranger), "404 IMG.0027");
    assert.equal(await refused("PUT", `${path}/third`, { status: "accepted" }, stranger), "404 IMG.0027");
  }
  assert.equal(await refused("GET", `/v1/alt/cloudimages/${image.id}/members`), "400 IMG.0030");
  assert.equal(await refused("GET", `/v1/alt/cloudimages/${image.id}/members/alt`), "400 IMG.0030");
});

test("R-144: members take the rights to get and to share; who only reads has not both", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const path = `/v2/images/${image.id}/members`;
  const calls: readonly Parameters<ImsServer["call"]>[] = [
    ["GET", path, undefined, reader],
    ["GET", `${path}/alt`, undefined, reader],
    ["GET", `/v1/demo/cloudimages/${image.id}/members`, undefined, reader],
    ["POST", path, { member: "alt" }, reader],
    ["PUT", `${path}/alt`, { status: "accepted" }, reader],
    ["DELETE", `${path}/alt`, undefined, reader],
    ["POST", members, { images: [image.id], projects: ["alt"] }, reader],
    ["DELETE", members, { images: [image.id], projects: ["alt"] }, reader],
    ["PUT", members, { images: [image.id], project_id: "demo", status: "accepted" }, reader],
  ];
  for (const call of calls) {
    assert.equal(refusalOf(await server.call(...call)), "403 IMG.0026", `${call[0]} ${call[1]}`);
  }
});

test("an administrator shares every project's images, and answers for every project", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const path = `/v2/images/${image.id}/members`;
  assert.equal((await server.call("POST", path, { member: "alt" }, administrator)).statusCode, 200);
  assert.equal((await server.call("PUT", `${path}/alt`, { status: "accepted" }, administrator)).statusCode, 200);
  assert.deepEqual(await listedIds(server, "?visibility=shared&member_status=accepted", "alt"), [image.id]);
  assert.equal((await server.call("DELETE", `${path}/alt`, undefined, administrator)).statusCode, 204);
});

test("pages of members meet each once; a recipient sees itself alone", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const projects = ["p1", "p2", "p3", "p4"];
  await addProjects(server, projects);
  await share(server, image, "alt", ...projects);
  for (const path of [`/v2/images/${image.id}/members`, `/v1/demo/cloudimages/${image.id}/members`]) {
    const seen: string[] = [];
    for (let marker: string | undefined = ""; marker !== undefined;) {
      const page = await server.call("GET", `${path}?limit=2${marker && `&marker=${marker}`}`);
      const shown: ListMembersAnswer = page.json<ListMembersAnswer>();
      assert.deepEqual([...Value.Errors(ListMembersAnswer, shown)], []);
      assert.equal(shown.page_info.current_count, shown.members.length);
      seen.push(...shown.members.map(({ member_id: id }) => id));
      marker = shown.page_info.next_marker;
    }
    assert.deepEqual(seen.toSorted(), ["alt", ...projects]);
    assert.deepEqual((await server.call("GET", `${path}?marker=${seen.at(-1)}`)).json<ListMembersAnswer>().members, []);
    assert.equal((await server.call("GET", path)).json<ListMembersAnswer>().members.length, 5);
    assert.equal((await server.call("GET", `${path}?limit=0`)).json<ListMembersAnswer>().members.length, 0);
  }
  const path = `/v2/images/${image.id}/members`;
  const own = (await server.call("GET", path, undefined, alt)).json<ListMembersAnswer>();
  assert.deepEqual(
    own.members.map(({ member_id: id }) => id),
    ["alt"],
  );
  assert.deepEqual((await server.call("GET", `${path}?marker=alt`, undefined, alt)).json<ListMembersAnswer>().members, []);
  assert.equal(refusalOf(await server.call("GET", `${path}/p1`, undefined, alt)), "404 IMG.0114");
  for (const query of ["?marker=nobody", "?limit=-1", "?limit=x"]) {
    assert.equal(refusalOf(await server.call("GET", path + query)), "400 IMG.0017");
  }
  assert.equal(refusalOf(await server.call("GET", `${path}?marker=p1`, undefined, alt)), "400 IMG.0017");
});

test("with how many projects more an image can be shared is told to its owner", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const roomOf = async (id: string, caller = demo) => await server.call("GET", `/api/v1/images/${id}/sharing`, undefined, caller);
  assert.deepEqual((await roomOf(image.id)).json(), { used: 0, limit: 128, left: 128 });
  await share(server, image, "alt");
  assert.deepEqual((await roomOf(image.id)).json(), { used: 1, limit: 128, left: 127 });
  const whole = await server.world.addImage("demo", disk, { kind: "whole" });
  assert.deepEqual((await roomOf(whole.id)).json(), { used: 0, limit: 10, left: 10 });
  assert.equal(refusalOf(await roomOf(image.id, alt)), "400 IMG.0047");
  assert.equal(refusalOf(await roomOf(image.id, callerOf("stranger"))), "404 IMG.0027");
});
