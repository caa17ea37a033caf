import assert from "node:assert/strict";
import { test } from "node:test";
import { ImsServer, alt, demo, refusalOf } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";
import { addProjects, answer, callerOf, disk, listedIds, serverWithProjects, share } from "./sharing-setup.ts";

const elsewhere = { name: "copy", region: "other-1", project_name: "other-1", agency_name: "ims_admin" };

/** Copies an image within the region; answers the id of the copy. */
async function copied(server: ImsServer, imageId: string, caller: Caller): Promise<string> {
  const started = await server.call("POST", `/v1/cloudimages/${imageId}/copy`, { name: "mine" }, caller);
  assert.equal(started.statusCode, 200, started.body);
  const job = await server.jobs.wait(started.json<{ job_id: string }>().job_id);
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  return (job.result as { imageId: string }).imageId; // what a copy's job answers
}

test("R-129: another account sees, reads and copies an image that was shared with it, and gets the very content", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const content = () => server.call("GET", `/api/v1/images/${image.id}/content`, undefined, alt);
  assert.equal((await content()).statusCode, 404);
  await share(server, image, "alt");
  await answer(server, image, "alt", "accepted");
  assert.deepEqual(await listedIds(server, "?status=active", "alt"), [image.id]);
  assert.ok((await content()).rawPayload.equals(disk));
  const copy = await server.call("GET", `/api/v1/images/${await copied(server, image.id, alt)}/content`, undefined, alt);
  assert.ok(copy.rawPayload.equals(disk));
});

test("R-136: a shared image is there in its own region alone", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await share(server, image, "alt");
  await answer(server, image, "alt", "accepted");
  await using other = await ImsServer.open({ region: "other-1" });
  await addProjects(other, ["demo", "alt"]);
  assert.deepEqual(await listedIds(other, `?id=${image.id}`, "alt"), []);
  for (const [method, path] of [
    ["GET", `/v2/images/${image.id}`],
    ["POST", `/v1/cloudimages/${image.id}/copy`],
    ["GET", `/api/v1/images/${image.id}/content`],
  ] as const) {
    const { statusCode } = await other.call(method, path, method === "POST" ? {} : undefined, alt);
    assert.equal(statusCode, 404, path);
  }
});

test("R-146, R-175: a shared image goes to another region by a copy of the recipient's own; a region that there is not is refused by name", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await share(server, image, "alt");
  await answer(server, image, "alt", "accepted");
  const toOtherRegion = (id: string) => server.call("POST", `/v1/cloudimages/${id}/cross_region_copy`, elsewhere, alt);
  assert.notEqual((await toOtherRegion(image.id)).statusCode, 200, "the image is not the recipient's");
  const refused = await toOtherRegion(await copied(server, image.id, alt));
  assert.equal(refusalOf(refused), "400 IMG.0147");
  assert.match(refused.body, /other-1/);
});

test("R-187: an image gets into a sub-project of the region by sharing it there and copying it, and the copy is that project's own", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await addProjects(server, ["demo_sub"], "account-of-demo");
  const sub = callerOf("demo_sub");
  await share(server, image, sub.project);
  await answer(server, image, sub.project, "accepted");
  const id = await copied(server, image.id, sub);
  assert.equal((await server.call("DELETE", `/v2/images/${image.id}`)).statusCode, 204);
  const shown = (await server.call("GET", `/v2/images/${id}`, undefined, sub)).json<Record<string, unknown>>();
  assert.deepEqual([shown["owner"], shown["visibility"], shown["status"]], [sub.project, "private", "active"]);
  assert.ok((await server.call("GET", `/api/v1/images/${id}/content`, undefined, sub)).rawPayload.equals(disk));
});

test("R-192: tags are added, changed and removed one by one, and images are searched by key, and by key and value", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const put = (key: string, value: string) => server.call("PUT", "/v1/cloudimages/tags", { image_id: image.id, image_tag: { key, value } });
  const found = (query: string) => listedIds(server, `?tag=${encodeURIComponent(query)}`, demo.project);
  assert.equal((await put("env", "test")).statusCode, 204);
  assert.equal((await put("team", "web")).statusCode, 204);
  assert.deepEqual([await found("env"), await found("env=test"), await found("env=prod")], [[image.id], [image.id], []]);
  assert.equal((await put("env", "prod")).statusCode, 204);
  assert.deepEqual([await found("env=test"), await found("env=prod")], [[], [image.id]]);
  assert.equal((await server.call("DELETE", `/v2/demo/images/${image.id}/tags/env`)).statusCode, 204);
  assert.deepEqual([await found("env"), await found("team=web")], [[], [image.id]]);
});

test("R-218: the quota tells how many images can still be made: so many can, and not one more", async () => {
  const { server } = await serverWithProjects({}, { limits: { images: { perProject: 4 } } });
  await using _ = server;
  const quota = async (): Promise<{ used: number; quota: number }> => {
    const answered = await server.call("GET", "/v1/cloudimages/quota");
    const [images] = answered.json<{ quotas: { resources: { type: string; used: number; quota: number }[] } }>().quotas.resources;
    assert.equal(images?.type, "image");
    return images;
  };
  const { used, quota: limit } = await quota();
  assert.deepEqual([used, limit], [1, 4]);
  const make = () => server.call("POST", "/v2/images", { name: "one more" });
  for (let more = limit - used; more > 0; more -= 1) {
    assert.equal((await make()).statusCode, 201);
  }
  assert.match(refusalOf(await make()), /IMG\.0015$/);
  assert.equal((await quota()).used, limit);
});
