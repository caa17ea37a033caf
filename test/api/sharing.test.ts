import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import { ImsServer, administrator, alt, demo, refusalOf } from "./ims-server.ts";
import { addLike, addProjects, answer, batch, callerOf, disk, listedIds, serverWithProjects, share } from "./sharing-setup.ts";

const members = "/v1/cloudimages/members";
const accepted = "?member_status=accepted&visibility=shared&__imagetype=shared";
const pending = "?member_status=pending&visibility=shared&__imagetype=shared";
const rejected = "?member_status=rejected&visibility=shared&__imagetype=shared";

/** What a project is shown of an image. */
async function faceOf(server: ImsServer, image: ImageRecord, project: string): Promise<unknown> {
  const shown = await server.call("GET", `/v2/images/${image.id}`, undefined, callerOf(project));
  const { visibility, __imagetype: type, owner } = shown.json<Record<string, unknown>>();
  return shown.statusCode === 200 ? [visibility, type, owner] : shown.statusCode;
}

test("R-004: shared out and accepted images are both of the type shared, told apart by their owner", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const kept = await addLike(server, image);
  const theirs = await addLike(server, image, { projectId: "alt" as ProjectId });
  await share(server, image, "alt");
  await answer(server, image, "alt", "accepted");
  await share(server, theirs, "demo");
  await answer(server, theirs, "demo", "accepted");
  const both = [image.id, theirs.id].toSorted();
  for (const project of ["demo", "alt"]) {
    assert.deepEqual(await listedIds(server, "?__imagetype=shared", project), both);
    assert.deepEqual(await listedIds(server, "?visibility=shared", project), both);
    assert.deepEqual(await listedIds(server, "?__imagetype=shared&owner=demo", project), [image.id]);
    assert.deepEqual(await listedIds(server, "?__imagetype=shared&owner=alt", project), [theirs.id]);
    assert.deepEqual(await faceOf(server, image, project), ["shared", "shared", "demo"]);
    assert.deepEqual(await faceOf(server, theirs, project), ["shared", "shared", "alt"]);
  }
  assert.deepEqual(await listedIds(server, "?__imagetype=private", "demo"), [kept.id]);
  assert.deepEqual(await listedIds(server, "?visibility=private", "demo"), [kept.id]);
  assert.deepEqual(await listedIds(server, "?__imagetype=private", "alt"), []);
});

test("an image is private again after its last member is removed, and one that has none is shown as private", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await addProjects(server, ["third"]);
  await share(server, image, "alt", "third");
  await batch(server, "DELETE", { images: [image.id], projects: ["alt"] });
  assert.deepEqual(await faceOf(server, image, "demo"), ["shared", "shared", "demo"]);
  await server.call("DELETE", `/v2/images/${image.id}/members/third`);
  assert.deepEqual(await faceOf(server, image, "demo"), ["private", "private", "demo"]);
  assert.equal((await server.world.catalog.images.get(image.id))?.visibility, "private");
  const alone = await addLike(server, image, { visibility: "shared", memberCount: 0 });
  assert.deepEqual(await faceOf(server, alone, "demo"), ["private", "private", "demo"]);
  assert.deepEqual(await listedIds(server, "?__imagetype=private", "demo"), [image.id, alone.id].toSorted());
  assert.deepEqual(await listedIds(server, "?__imagetype=shared", "demo"), []);
});

test("R-011, R-139, R-140, R-141: a recipient sees an image in its lists by what it answered, and by id always", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const lists = async () => [
    await listedIds(server, "", "alt"),
    await listedIds(server, accepted, "alt"),
    await listedIds(server, pending, "alt"),
    await listedIds(server, rejected, "alt"),
  ];
  await share(server, image, "alt");
  const found = async () => await faceOf(server, image, "alt");
  assert.deepEqual(await lists(), [[], [], [image.id], []]);
  assert.deepEqual(await found(), ["shared", "shared", "demo"]);
  await answer(server, image, "alt", "accepted");
  assert.deepEqual(await lists(), [[image.id], [image.id], [], []]);
  await answer(server, image, "alt", "rejected");
  assert.deepEqual(await lists(), [[], [], [], [image.id]]);
  assert.deepEqual(await found(), ["shared", "shared", "demo"]);
  await answer(server, image, "alt", "accepted");
  assert.deepEqual(await lists(), [[image.id], [image.id], [], []]);
  assert.equal(await faceOf(server, image, "stranger"), 404);
  assert.deepEqual(await listedIds(server, "", "stranger"), []);
});

test("R-008: a recipient reads a shared image, and changes, deletes, exports and shares it never", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await addProjects(server, ["third"]);
  await share(server, image, "alt");
  await answer(server, image, "alt", "accepted");
  await server.world.addFile("alt", "files:x");
  const refused = async (...call: Parameters<ImsServer["call"]>) => refusalOf(await server.call(...call));
  const patch = [{ op: "replace", path: "/name", value: "mine" }];
  assert.equal(await refused("PATCH", `/v2/cloudimages/${image.id}`, patch, alt), "400 IMG.0047");
  assert.equal(await refused("DELETE", `/v2/images/${image.id}`, undefined, alt), "400 IMG.0092");
  const file = { bucket_url: "files:copy", file_format: "qcow2" };
  assert.equal(await refused("POST", `/v1/cloudimages/${image.id}/file`, file, alt), "400 IMG.0047");
  assert.equal(await refused("POST", members, { images: [image.id], projects: ["third"] }, alt), "400 IMG.0047");
  assert.equal(await refused("DELETE", members, { images: [image.id], projects: ["alt"] }, alt), "400 IMG.0047");
  const content = await server.call("GET", `/api/v1/images/${image.id}/content`, undefined, alt);
  assert.equal(content.statusCode, 200);
  assert.ok(content.rawPayload.equals(disk));
});

test("R-137: the owner ends sharing at any time, and the recipient has lost the image at once", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await share(server, image, "alt");
  await answer(server, image, "alt", "accepted");
  await batch(server, "DELETE", { images: [image.id], projects: ["alt"] });
  assert.deepEqual(await listedIds(server, "", "alt"), []);
  assert.equal(await faceOf(server, image, "alt"), 404);
  assert.equal((await server.call("GET", `/api/v1/images/${image.id}/content`, undefined, alt)).statusCode, 404);
  await share(server, image, "alt");
  assert.deepEqual(await listedIds(server, pending, "alt"), [image.id]);
});

test("R-138: a shared image is deleted without ending its sharing, and its recipients have lost it at once", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await share(server, image, "alt");
  await answer(server, image, "alt", "accepted");
  assert.equal((await server.call("DELETE", `/v2/images/${image.id}`)).statusCode, 204);
  assert.deepEqual(await listedIds(server, "", "alt"), []);
  assert.deepEqual(await listedIds(server, accepted, "alt"), []);
  assert.equal(await faceOf(server, image, "alt"), 404);
  assert.equal(await server.world.catalog.members.get(image.id, "alt"), undefined);
});

test("R-013: accepting tells in both languages that the image was not tested; rejecting and other tasks do not", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const added = await batch(server, "POST", { images: [image.id], projects: ["alt"] });
  const put = async (status: string) => await batch(server, "PUT", { images: [image.id], project_id: "alt", status }, alt);
  const note = (await put("accepted")).entities.trust_note;
  assert.match(note?.en ?? "", /not tested/);
  assert.match(note?.zh ?? "", /自行判断/);
  assert.ok(!("trust_note" in (await put("rejected")).entities));
  assert.ok(!("trust_note" in added.entities));
  const path = `/v2/images/${image.id}/members/alt`;
  assert.deepEqual((await server.call("PUT", path, { status: "accepted" }, alt)).json<{ trust_note: unknown }>().trust_note, note);
  assert.ok(!("trust_note" in (await server.call("PUT", path, { status: "rejected" }, alt)).json<object>()));
  assert.ok(!("trust_note" in (await server.call("GET", path)).json<object>()));
});

for (const status of ["queued", "saving", "killed"] as const) {
  test(`R-020, R-133: an image that is ${status} is not shared`, async () => {
    const { server, image } = await serverWithProjects({ status });
    await using _ = server;
    assert.equal(refusalOf(await server.call("POST", members, { images: [image.id], projects: ["alt"] })), "400 IMG.0046");
  });
}

for (const [title, code, fields] of [
  ["R-134, R-167, R-275: an image that is published to the market", "IMG.0107", { isPublished: true }],
  ["R-134, R-167: an encrypted image", "IMG.0098", { encryption: { keyId: "k" } }],
  ["R-005: a public image", "IMG.0089", { visibility: "public" }],
  ["R-119, R-134: a whole machine from a CSBS backup", "IMG.0135", { kind: "whole", lineage: { backup: { service: "CSBS" } } }],
  [
    "R-119: a whole machine from a backup of others",
    "IMG.0135",
    { kind: "whole", lineage: { backup: { service: "CBR", isShared: true } } },
  ],
  ["R-119: a whole machine of unknown origin", "IMG.0135", { kind: "whole" }],
] as const) {
  test(`${title} is not shared: ${code}`, async () => {
    const { server, image: plain } = await serverWithProjects();
    await using _ = server;
    const image = await addLike(server, plain, fields);
    assert.equal(refusalOf(await server.call("POST", members, { images: [image.id], projects: ["alt"] })), `400 ${code}`);
    assert.equal(refusalOf(await server.call("POST", `/v2/images/${image.id}/members`, { member: "alt" })), `400 ${code}`);
    assert.equal((await server.world.catalog.images.get(image.id))?.memberCount, 0);
  });
}

test("R-119: a whole machine from a CBR backup of the project's own is shared, and accepting it needs a vault", async () => {
  const { server, image } = await serverWithProjects({ kind: "whole", lineage: { backup: { service: "CBR" } } });
  await using _ = server;
  await share(server, image, "alt");
  const call = { images: [image.id], project_id: "alt", status: "accepted" };
  assert.equal(refusalOf(await server.call("PUT", members, call, alt)), "400 IMG.0184");
  assert.equal(refusalOf(await server.call("PUT", members, { ...call, vault_id: "v" }, alt)), "400 IMG.0193");
  await answer(server, image, "alt", "rejected");
});

/** Shares an image with the projects `p0`, `p1`, … in the catalog alone. */
async function fill({ world }: ImsServer, image: ImageRecord, count: number): Promise<void> {
  const now = world.clock.now();
  await world.catalog.transaction(async (catalog) => {
    for (let index = 0; index < count; index += 1) {
      const memberId = `p${index}` as ProjectId;
      await catalog.members.insert({ imageId: image.id, memberId, status: "pending", createdAt: now, updatedAt: now });
    }
    await catalog.images.update(image.id, { visibility: "shared", updatedAt: now });
  });
}

for (const [number, title, limit, fields] of [
  ["R-130", "a disk", 128, {}],
  ["R-131", "a whole machine", 10, { kind: "whole", lineage: { backup: { service: "CBR" } } }],
] as const) {
  test(`${number}: an image of ${title} is shared with ${limit} projects and not with one more, unless the operator says so`, async () => {
    const { server, image } = await serverWithProjects(fields);
    await using _ = server;
    await addProjects(server, ["third"]);
    await fill(server, image, limit - 1);
    const both = await batch(server, "POST", { images: [image.id], projects: ["alt", "third"] });
    assert.equal(both.status, "SUCCESS");
    assert.deepEqual(
      both.entities.results?.map(({ status, error_code: code }) => [status, code]),
      [
        ["success", undefined],
        ["failed", "IMG.0088"],
      ],
    );
    assert.equal((await server.world.catalog.images.get(image.id))?.memberCount, limit);
    assert.equal(refusalOf(await server.call("POST", members, { images: [image.id], projects: ["third"] })), "400 IMG.0088");
    assert.equal(refusalOf(await server.call("POST", `/v2/images/${image.id}/members`, { member: "third" })), "400 IMG.0088");
    // Who is a member needs no room.
    assert.equal((await batch(server, "POST", { images: [image.id], projects: ["alt"] })).status, "SUCCESS");
    const raised = await ImsServer.on(server.world, { limits: { members: { perImage: 129, perWholeImage: 11 } } });
    await share(raised, image, "third");
    await raised.close();
    await batch(server, "DELETE", { images: [image.id], projects: ["p0", "p1"] });
    assert.equal((await server.world.catalog.images.get(image.id))?.memberCount, limit - 1);
  });
}

test("R-130: the quota tells how many members an image may have, and the image that has the most has", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await fill(server, image, 3);
  const quota = (await server.call("GET", "/v1/cloudimages/quota")).json<{ quotas: { resources: unknown[] } }>();
  assert.deepEqual(quota.quotas.resources[1], { type: "image_member", used: 3, quota: 128, min: 1, max: 1_000_000 });
});

test("R-130: of 50 that share an image at once no more succeed than there is room", async () => {
  const { server, image } = await serverWithProjects({}, { limits: { members: { perImage: 20 } } });
  await using _ = server;
  const projects = Array.from({ length: 50 }, (_, index) => `p${index}`);
  await addProjects(server, projects);
  const answers = await Promise.all(
    projects.map((project, index) =>
      index % 5 === 0
        ? server.call("POST", members, { images: [image.id], projects: [project] })
        : server.call("POST", `/v2/images/${image.id}/members`, { member: project }),
    ),
  );
  for (const started of answers.filter(({ statusCode, body }) => statusCode === 200 && body.includes("job_id"))) {
    await server.jobs.wait(started.json<{ job_id: string }>().job_id);
  }
  assert.equal((await server.world.catalog.images.get(image.id))?.memberCount, 20);
  assert.equal((await server.world.catalog.members.list(image.id, { limit: 100 }))?.length, 20);
  const refusals = new Set(answers.filter(({ statusCode }) => statusCode !== 200).map(refusalOf));
  assert.deepEqual(refusals, new Set(["400 IMG.0088"]));
});

test("R-132: a project receives a thousand images, and none counts against its quota", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const images = [image.id];
  await server.world.catalog.transaction(async (catalog) => {
    for (let index = 1; index < 1000; index += 1) {
      const id = server.world.ids.uuid() as ImageRecord["id"];
      await catalog.images.insert({ ...image, id });
      images.push(id);
    }
  });
  const shared = await batch(server, "POST", { images, projects: ["alt"] });
  assert.equal(shared.entities.results?.filter(({ status }) => status === "success").length, 1000);
  await batch(server, "PUT", { images, project_id: "alt", status: "accepted" }, alt);
  assert.equal((await server.list("?limit=1000", alt)).length, 1000);
  const quota = (await server.call("GET", "/v1/cloudimages/quota", undefined, alt)).json<{ quotas: { resources: { used: number }[] } }>();
  assert.equal(quota.quotas.resources[0]?.used, 0);
});

test("R-135: sharing ends at the region: another one knows neither the image nor its recipients", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await using other = await ImsServer.open();
  await share(server, image, "alt");
  await answer(server, image, "alt", "accepted");
  assert.deepEqual(await listedIds(other, "", "alt"), []);
  assert.equal(await faceOf(other, image, "alt"), 404);
  const local = await other.world.addImage("demo", disk);
  assert.equal(refusalOf(await other.call("POST", members, { images: [local.id], projects: ["alt"] })), "400 IMG.0108");
});

test("R-147: sharing, answering and ending it move no bytes", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const before = await server.world.mainStore.stats();
  await share(server, image, "alt");
  await answer(server, image, "alt", "accepted");
  assert.deepEqual(await server.world.mainStore.stats(), before);
  await batch(server, "DELETE", { images: [image.id], projects: ["alt"] });
  assert.deepEqual(await server.world.mainStore.stats(), before);
});

test("of two answers at once the last one counts, and the image is counted once", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await share(server, image, "alt");
  const answers = await Promise.all(
    ["accepted", "accepted", "rejected", "accepted"].map((status) =>
      server.call("PUT", members, { images: [image.id], project_id: "alt", status }, alt),
    ),
  );
  for (const started of answers) {
    assert.equal((await server.jobs.wait(started.json<{ job_id: string }>().job_id)).status, "succeeded");
  }
  assert.equal((await server.world.catalog.images.get(image.id))?.memberCount, 1);
  const { status } = (await server.world.catalog.members.get(image.id, "alt")) ?? {};
  assert.ok(status === "accepted" || status === "rejected");
});

test("an image that is taken back while it is accepted is gone, whichever comes first", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  for (let round = 0; round < 10; round += 1) {
    await share(server, image, "alt");
    const accepting = { images: [image.id], project_id: "alt", status: "accepted" };
    const taking = { images: [image.id], projects: ["alt"] };
    const calls = [
      () => server.call("PUT", members, accepting, alt),
      () => server.call("DELETE", members, taking),
      () => server.call("PUT", `/v2/images/${image.id}/members/alt`, { status: "accepted" }, alt),
    ];
    const answers = await Promise.all((round % 2 === 0 ? calls : calls.toReversed()).map((call) => call()));
    for (const started of answers.filter(({ body }) => body.includes("job_id"))) {
      await server.jobs.wait(started.json<{ job_id: string }>().job_id);
    }
    assert.deepEqual(await server.world.catalog.members.list(image.id, { limit: 5 }), []);
    assert.deepEqual(await faceOf(server, image, "demo"), ["private", "private", "demo"]);
    assert.equal(await faceOf(server, image, "alt"), 404);
  }
});

test("an image that is shared while it is deleted leaves no members behind", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  for (let round = 0; round < 10; round += 1) {
    const victim = await server.world.addImage("demo", disk);
    const calls = [
      () => server.call("POST", members, { images: [victim.id, image.id], projects: ["alt"] }),
      () => server.call("DELETE", `/v2/images/${victim.id}`),
      () => server.call("POST", `/v2/images/${victim.id}/members`, { member: "alt" }),
    ];
    const answers = await Promise.all((round % 2 === 0 ? calls : calls.toReversed()).map((call) => call()));
    for (const started of answers.filter(({ body }) => body.includes("job_id"))) {
      assert.equal((await server.jobs.wait(started.json<{ job_id: string }>().job_id)).status, "succeeded");
    }
    assert.equal(await server.world.catalog.images.get(victim.id), undefined);
    assert.equal(await server.world.catalog.members.get(victim.id, "alt"), undefined);
  }
  assert.equal((await server.world.catalog.images.get(image.id))?.memberCount, 1);
});

test("an administrator who asks by answer is told of what is shared with its own project", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await share(server, image, "alt");
  assert.deepEqual(await server.list(`${pending}&owner=demo`, administrator), []);
  assert.equal((await server.list("?__imagetype=shared&owner=demo", administrator)).length, 1);
});

test("a name or another change of a shared image keeps its members", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await share(server, image, "alt");
  const patch = [{ op: "replace", path: "/name", value: "renamed" }];
  assert.equal((await server.call("PATCH", `/v2/cloudimages/${image.id}`, patch, demo)).statusCode, 200);
  assert.equal((await server.world.catalog.images.get(image.id))?.memberCount, 1);
  assert.equal((await server.call("GET", `/v2/images/${image.id}`, undefined, alt)).json<{ name: string }>().name, "renamed");
});
