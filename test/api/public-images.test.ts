import assert from "node:assert/strict";
import { test } from "node:test";
import type { ListPublicChangesAnswer } from "@tintype/contract/api/public-images.ts";
import { defaultImageKey } from "@tintype/server/keys/default-image-key.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, administrator, alt, demo, refusalOf } from "./ims-server.ts";

const disk = sampleDisk(1);

async function serverWithImage(fields: Partial<ImageRecord> = {}) {
  const server = await ImsServer.open();
  const image = await server.world.addImage("demo", disk, { name: "debian-12", platform: "Debian", ...fields });
  const change = (verb: "publish" | "withdraw", caller = administrator) =>
    server.call("POST", `/api/v1/images/${image.id}/${verb}`, undefined, caller);
  return { server, image, change };
}

async function changesOf(server: ImsServer, query = ""): Promise<ListPublicChangesAnswer> {
  const answer = await server.call("GET", `/api/v1/public-images/changes${query}`, undefined, alt);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<ListPublicChangesAnswer>();
}

test("R-005: an image that an operator makes public is seen and read by everybody, and changed, deleted, shared or tagged by nobody else", async () => {
  const { server, image, change } = await serverWithImage();
  await using _ = server;
  const answer = await change("publish");
  assert.deepEqual(answer.json(), { imageId: image.id, visibility: "public", protected: true });
  const [shown] = await server.list("?__imagetype=gold&visibility=public&protected=true", alt);
  assert.deepEqual(
    [shown?.["id"], shown?.["__imagetype"], shown?.["visibility"], shown?.["protected"]],
    [image.id, "gold", "public", true],
  );
  assert.ok((await server.call("GET", `/api/v1/images/${image.id}/content`, undefined, alt)).rawPayload.equals(disk));
  const path = `/v2/images/${image.id}`;
  for (const [title, refusal, call] of [
    [
      "change",
      "400 IMG.0047",
      () => server.call("PATCH", `/v2/cloudimages/${image.id}`, [{ op: "replace", path: "/name", value: "x" }], alt),
    ],
    ["delete", "400 IMG.0092", () => server.call("DELETE", path, undefined, alt)],
    ["tag", "400 IMG.0047", () => server.call("PUT", `${path}/tags/mine`, undefined, alt)],
  ] as const) {
    assert.equal(refusalOf(await call()), refusal, title);
  }
  const shared = await server.call("POST", `${path}/members`, { member: "demo" }, alt);
  assert.ok([400, 403].includes(shared.statusCode), shared.body);
  assert.deepEqual(await server.world.catalog.images.get(image.id), {
    ...image,
    visibility: "public",
    protected: true,
    updatedAt: server.world.clock.now(),
  });
});

test("a withdrawn image is its project's alone again", async () => {
  const { server, image, change } = await serverWithImage();
  await using _ = server;
  await change("publish");
  assert.deepEqual((await change("withdraw")).json(), { imageId: image.id, visibility: "private", protected: false });
  assert.equal(refusalOf(await server.call("GET", `/v2/images/${image.id}`, undefined, alt)), "404 IMG.0027");
  assert.equal((await server.call("DELETE", `/v2/images/${image.id}`)).statusCode, 204);
});

test("operators alone make images public and withdraw them", async () => {
  const { server, change } = await serverWithImage();
  await using _ = server;
  assert.equal(refusalOf(await change("publish", demo)), "403 api.operatorsOnly");
  assert.equal(refusalOf(await change("withdraw", demo)), "403 api.operatorsOnly");
  assert.equal(refusalOf(await change("publish", alt)), "403 api.operatorsOnly");
  const missing = await server.call("POST", "/api/v1/images/no-such-image/publish", undefined, administrator);
  assert.equal(refusalOf(missing), "404 IMG.0027");
});

const refused: readonly [title: string, code: string, fields: Partial<ImageRecord>][] = [
  ["one that is public already", "IMG.0083", { visibility: "public" }],
  ["one that is being made", "IMG.0046", { status: "saving" }],
  ["one that is on sale", "IMG.0049", { isPublished: true }],
  ["one that is shared", "IMG.0052", { visibility: "shared", memberCount: 1 }],
  ["one of a whole machine", "IMG.0131", { kind: "whole" }],
  ["one of a data disk", "IMG.0125", { kind: "data" }],
  ["an ISO image", "IMG.0167", { kind: "iso" }],
];

for (const [title, code, fields] of refused) {
  test(`of images that cannot become public, ${title} is refused with ${code}`, async () => {
    const { server, change } = await serverWithImage(fields);
    await using _ = server;
    assert.equal(refusalOf(await change("publish")), `400 ${code}`);
    assert.deepEqual((await changesOf(server)).changes, []);
  });
}

test("an encrypted image does not become public, and a private one is not withdrawn", async () => {
  const { server, change } = await serverWithImage();
  await using _ = server;
  assert.equal(refusalOf(await change("withdraw")), "400 IMG.0084");
  const key = await defaultImageKey(server.world.keys, demo.project as ProjectId);
  const image = await server.world.addImage("demo", disk, { encryption: { keyId: key.id } });
  const answer = await server.call("POST", `/api/v1/images/${image.id}/publish`, undefined, administrator);
  assert.equal(refusalOf(answer), "400 IMG.0098");
});

test("R-238: everybody can look up when public images came and went, by architecture, page by page", async () => {
  const { server, image, change } = await serverWithImage({ osVersion: "Debian GNU/Linux 12.0.0 64bit" });
  await using _ = server;
  const arm = await server.world.addImage("demo", disk, { name: "arm", architecture: "arm", firmware: "uefi" });
  await change("publish");
  server.world.clock.advance(1000);
  await server.call("POST", `/api/v1/images/${arm.id}/publish`, undefined, administrator);
  server.world.clock.advance(1000);
  await change("withdraw");
  const { changes } = await changesOf(server);
  assert.deepEqual(
    changes.map(({ imageId, change: what, architecture }) => [imageId, what, architecture]),
    [
      [image.id, "withdrawn", "x86"],
      [arm.id, "published", "arm"],
      [image.id, "published", "x86"],
    ],
  );
  assert.deepEqual(changes[0], {
    imageId: image.id,
    change: "withdrawn",
    changedAt: new Date(server.world.clock.now()).toISOString(),
    name: "debian-12",
    platform: "Debian",
    osVersion: "Debian GNU/Linux 12.0.0 64bit",
    architecture: "x86",
  });
  assert.deepEqual(
    (await changesOf(server, "?architecture=arm")).changes.map(({ imageId }) => imageId),
    [arm.id],
  );
  const first = await changesOf(server, "?limit=2");
  const rest = await changesOf(server, `?limit=2&cursor=${first.nextCursor}`);
  assert.deepEqual([...first.changes, ...rest.changes], changes);
  assert.equal(rest.nextCursor, undefined);
  assert.equal(refusalOf(await server.call("GET", "/api/v1/public-images/changes?cursor=nonsense")), "400 api.badCursor");
});
