import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { ImsServer, alt, demo, refusalOf } from "./ims-server.ts";
import { answer, batch, callerOf, disk, serverWithProjects, share } from "./sharing-setup.ts";

const GiB = 1024 ** 3;

function copyPath({ id }: ImageRecord): string {
  return `/v1/cloudimages/${id}/copy`;
}

test("R-189: who accepted a shared image copies it, and the copy is its own: it stays, and has no members", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await share(server, image, "alt");
  await answer(server, image, "alt", "accepted");
  const before = await server.world.mainStore.stats();
  const started = await server.call("POST", copyPath(image), { name: "mine" }, alt);
  assert.equal(started.statusCode, 200, started.body);
  const { job_id: id } = started.json<{ job_id: string }>();
  assert.equal((await server.jobs.wait(id)).status, "succeeded");
  assert.equal((await server.world.mainStore.stats()).packs, before.packs);
  const shown = (await server.call("GET", `/v1/alt/jobs/${id}`, undefined, alt)).json<{ entities: { image_id: string } }>();
  assert.equal((await server.call("DELETE", `/v2/images/${image.id}`)).statusCode, 204);
  const [copy] = await server.list("?owner=alt", alt);
  assert.equal(copy?.["id"], shown.entities.image_id);
  assert.equal(copy["name"], "mine");
  assert.equal(copy["visibility"], "private");
  assert.equal(copy["__imagetype"], "private");
  assert.equal(copy["__originalimagename"], image.id);
  const content = await server.call("GET", `/api/v1/images/${shown.entities.image_id}/content`, undefined, alt);
  assert.ok(content.rawPayload.equals(disk));
  assert.deepEqual(await server.list("?owner=alt", demo), []);
});

test("a shared image is copied only once it is accepted, and only without encryption; strangers see none", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  const copy = async (body: object = {}, caller = alt) => refusalOf(await server.call("POST", copyPath(image), body, caller));
  assert.equal(await copy(), "404 IMG.0027");
  await share(server, image, "alt");
  assert.equal(await copy(), "400 IMG.0196");
  await answer(server, image, "alt", "rejected");
  assert.equal(await copy(), "400 IMG.0196");
  await answer(server, image, "alt", "accepted");
  assert.equal(await copy({ __system__encrypted: "1" }), "400 IMG.0197");
  assert.equal(await copy({ cmk_id: "alias/any" }), "400 IMG.0197");
  // A copy that is refused makes no key.
  assert.deepEqual(await server.world.keys.listKeys("alt" as never), []);
  assert.equal(await copy({}, callerOf("stranger")), "404 IMG.0027");
  await batch(server, "DELETE", { images: [image.id], projects: ["alt"] });
  assert.equal(await copy(), "404 IMG.0027");
});

test("R-177: a shared image of 128 GiB is copied, a larger one is not", async () => {
  const withSize = (virtualSizeBytes: number) => ({ disks: [{ blobId: "0".repeat(32) as never, virtualSizeBytes, dataBytes: 1 }] });
  for (const [size, expected] of [
    [128 * GiB, 200],
    [128 * GiB + 1, 400],
  ] as const) {
    const { server, image } = await serverWithProjects(withSize(size));
    await using _ = server;
    await share(server, image, "alt");
    await answer(server, image, "alt", "accepted");
    const held = await ImsServer.on(server.world, { holdJobs: true });
    const answered = await held.call("POST", copyPath(image), {}, alt);
    assert.equal(answered.statusCode, expected);
    await held.close();
  }
});

test("R-138: a copy that a recipient has under way keeps the owner from nothing, and fails by itself when the image goes", async () => {
  const { server, image } = await serverWithProjects();
  await using _ = server;
  await share(server, image, "alt");
  await answer(server, image, "alt", "accepted");
  const held = await ImsServer.on(server.world, { holdJobs: true });
  const started = await held.call("POST", copyPath(image), {}, alt);
  const { job_id: id } = started.json<{ job_id: string }>();
  assert.equal((await held.call("POST", copyPath(image), {})).statusCode, 200);
  await held.jobs.cancel((await server.world.catalog.jobs.list({ projectId: "demo", status: ["queued"] }))[0]?.id ?? "");
  assert.equal((await held.call("DELETE", `/v2/images/${image.id}`)).statusCode, 204);
  held.jobs.dispatch(id);
  const job = await held.jobs.wait(id);
  assert.equal(job.status, "failed");
  assert.equal(job.error?.code, "IMG.0027");
  assert.deepEqual(await held.list("?owner=alt", alt), []);
  await held.close();
});
