import assert from "node:assert/strict";
import { test } from "node:test";
import type { ListRecycledAnswer } from "@tintype/contract/api/recycle-bin.ts";
import { purgeExpired } from "@tintype/server/recycle-bin/purge-image.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { rebuildCatalog } from "@tintype/server/upkeep/rebuild-catalog.ts";
import { ImsServer, administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";

const disk = sampleDisk(1);
const dayMs = 86_400_000;
const on = { limits: { recycleBin: { days: 7 } } } as const;

async function serverWithDeleted(options: Parameters<typeof ImsServer.open>[0] = on, fields: Partial<ImageRecord> = {}) {
  const server = await ImsServer.open(options);
  const image = await server.world.addImage("demo", disk, { name: "web", tags: ["env=prod"], ...fields });
  assert.equal((await server.call("DELETE", `/v2/images/${image.id}`)).statusCode, 204);
  return { server, image };
}

async function binOf(server: ImsServer, caller: Caller = demo, query = ""): Promise<ListRecycledAnswer> {
  const answer = await server.call("GET", `/api/v1/recycle-bin${query}`, undefined, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<ListRecycledAnswer>();
}

const restorePath = (image: ImageRecord): string => `/api/v1/recycle-bin/${image.id}/restore`;

test("R-199: without a recycle bin, which is the default, a deleted image is gone for good, with its bytes", async () => {
  const { server, image } = await serverWithDeleted({});
  await using _ = server;
  assert.deepEqual((await binOf(server)).images, []);
  assert.equal(refusalOf(await server.call("POST", restorePath(image))), "404 api.recycledImageNotFound");
  assert.deepEqual(await server.world.contents(), []);
});

test("a deleted image lies in the bin for its days, out of every list, and is restored as it was", async () => {
  const { server, image } = await serverWithDeleted();
  await using _ = server;
  assert.deepEqual(await server.list(), []);
  assert.equal(refusalOf(await server.call("GET", `/v2/images/${image.id}`)), "404 IMG.0027");
  const { images } = await binOf(server);
  const deletedAt = server.world.clock.now();
  assert.deepEqual(images, [
    {
      id: image.id,
      name: "web",
      projectId: "demo",
      osVersion: image.osVersion,
      sizeBytes: disk.length,
      isEncrypted: false,
      tags: ["env=prod"],
      deletedAt: new Date(deletedAt).toISOString(),
      purgeAt: new Date(deletedAt + 7 * dayMs).toISOString(),
    },
  ]);
  server.world.clock.advance(7 * dayMs - 1);
  const answer = await server.call("POST", restorePath(image));
  assert.equal(answer.statusCode, 200, answer.body);
  const restored = await server.world.catalog.images.get(image.id);
  assert.deepEqual(restored, { ...image, updatedAt: server.world.clock.now() });
  assert.ok(Buffer.from(await server.world.readBlob(image.disks[0]?.blobId as never)).equals(disk));
  assert.deepEqual((await binOf(server)).images, []);
  assert.equal(refusalOf(await server.call("POST", restorePath(image))), "404 api.recycledImageNotFound");
});

test("R-201: the place in the quota is free at the deletion, and a restored image needs one again", async () => {
  const { server, image } = await serverWithDeleted({ limits: { recycleBin: { days: 7 }, images: { perProject: 1 } } });
  await using _ = server;
  const other = await server.world.addImage("demo", disk);
  assert.equal(refusalOf(await server.call("POST", restorePath(image))), "400 IMG.0015");
  assert.equal((await binOf(server)).images.length, 1);
  await server.world.catalog.images.remove(other.id, ["active"]);
  assert.equal((await server.call("POST", restorePath(image))).statusCode, 200);
});

test("an image is let go at once on demand, with its bytes", async () => {
  const { server, image } = await serverWithDeleted();
  await using _ = server;
  assert.equal((await server.call("DELETE", `/api/v1/recycle-bin/${image.id}`)).statusCode, 204);
  assert.deepEqual(await server.world.contents(), []);
  assert.equal(refusalOf(await server.call("DELETE", `/api/v1/recycle-bin/${image.id}`)), "404 api.recycledImageNotFound");
});

test("what is due goes with its bytes, what is not stays, and nobody sees what is due before it went", async () => {
  const { server, image } = await serverWithDeleted();
  await using _ = server;
  server.world.clock.advance(dayMs);
  const later = await server.world.addImage("demo", sampleDisk(2));
  await server.call("DELETE", `/v2/images/${later.id}`);
  server.world.clock.advance(6 * dayMs);
  assert.deepEqual(
    (await binOf(server)).images.map(({ id }) => id),
    [later.id],
  );
  assert.equal(refusalOf(await server.call("POST", restorePath(image))), "404 api.recycledImageNotFound");
  assert.equal(await purgeExpired(server.world), 1);
  assert.equal(await purgeExpired(server.world), 0);
  assert.equal(await server.world.store.has(image.disks[0]?.blobId as never), false);
  assert.equal((await server.call("POST", restorePath(later))).statusCode, 200);
});

test("a shared image comes back unshared", async () => {
  await using server = await ImsServer.open(on);
  const image = await server.world.addImage("demo", disk, { visibility: "shared" });
  const member = { imageId: image.id, memberId: "alt" as never, status: "accepted", createdAt: 0, updatedAt: 0 } as const;
  await server.world.catalog.members.insert(member);
  assert.equal((await server.call("DELETE", `/v2/images/${image.id}`)).statusCode, 204);
  assert.equal((await server.call("POST", restorePath(image))).statusCode, 200);
  const restored = await server.world.catalog.images.get(image.id);
  assert.deepEqual([restored?.visibility, restored?.memberCount], ["private", 0]);
  assert.equal(refusalOf(await server.call("GET", `/v2/images/${image.id}`, undefined, alt)), "404 IMG.0027");
});

test("an image that failed has nothing to be restored, and goes at once", async () => {
  const { server } = await serverWithDeleted(on, { status: "killed" });
  await using _ = server;
  assert.deepEqual((await binOf(server)).images, []);
});

test("another project's deleted images do not exist, a reader restores and purges nothing, an administrator reaches all", async () => {
  const { server, image } = await serverWithDeleted();
  await using _ = server;
  assert.deepEqual((await binOf(server, alt)).images, []);
  for (const call of [
    (caller: Caller) => server.call("POST", restorePath(image), undefined, caller),
    (caller: Caller) => server.call("DELETE", `/api/v1/recycle-bin/${image.id}`, undefined, caller),
  ]) {
    assert.equal(refusalOf(await call(alt)), "404 api.recycledImageNotFound");
    assert.equal(refusalOf(await call(reader)), "403 IMG.0026");
  }
  assert.equal((await binOf(server, reader)).images.length, 1);
  assert.equal((await server.call("POST", restorePath(image), undefined, administrator)).statusCode, 200);
});

test("pages of the bin meet every image once, the last deleted first", async () => {
  await using server = await ImsServer.open(on);
  const ids: string[] = [];
  for (let number = 0; number < 5; number++) {
    const image = await server.world.addImage("demo", disk);
    server.world.clock.advance(number % 2);
    await server.call("DELETE", `/v2/images/${image.id}`);
    ids.push(image.id);
  }
  const seen: string[] = [];
  for (let cursor: string | undefined, more = true; more;) {
    const page = await binOf(server, demo, `?limit=2${cursor === undefined ? "" : `&cursor=${cursor}`}`);
    seen.push(...page.images.map(({ id }) => id));
    cursor = page.nextCursor;
    more = cursor !== undefined;
  }
  assert.deepEqual(seen.toSorted(), ids.toSorted());
  assert.equal(new Set(seen).size, 5);
  for (const query of ["?cursor=nonsense", "?limit=0", "?limit=1001"]) {
    assert.equal((await server.call("GET", `/api/v1/recycle-bin${query}`)).statusCode, 400);
  }
});

test("what lies in the bin counts as used by its image, and is not made anew by a rebuild", async () => {
  const { server, image } = await serverWithDeleted();
  await using _ = server;
  const stats = (await server.call("GET", "/api/v1/store", undefined, administrator)).json<{ projects: { projectId: string }[] }>();
  assert.deepEqual(
    stats.projects.map(({ projectId }) => projectId),
    ["demo"],
  );
  const report = await rebuildCatalog(server.world);
  assert.deepEqual([report.addedImages, report.keptImages], [0, 1]);
  await server.world.mainStore.collect({ dryRun: false, graceMs: 0, now: server.world.clock.now() });
  assert.equal((await server.call("POST", restorePath(image))).statusCode, 200);
  assert.ok(Buffer.from(await server.world.readBlob(image.disks[0]?.blobId as never)).equals(disk));
});

test("of two that restore an image at once one succeeds", async () => {
  const { server, image } = await serverWithDeleted();
  await using _ = server;
  const answers = await Promise.all([1, 2, 3].map(() => server.call("POST", restorePath(image))));
  assert.deepEqual(answers.map(({ statusCode }) => `${statusCode}`).toSorted(), ["200", "404", "404"]);
});
