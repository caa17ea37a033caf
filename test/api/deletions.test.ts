import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, refusalOf } from "./ims-server.ts";

const refused: readonly [title: string, refusal: string, fields: Partial<ImageRecord>][] = [
  ["R-018, R-200, R-275: an image that is published", "400 IMG.0093", { isPublished: true }],
  ["an image that is protected", "400 IMG.0091", { protected: true }],
  ["an image that is being made", "400 IMG.0090", { status: "saving" }],
  ["R-005: a public image", "400 IMG.0094", { visibility: "public" }],
];

for (const [title, refusal, fields] of refused) {
  test(`${title} is not deleted: ${refusal}`, async () => {
    await using server = await ImsServer.open();
    const image = await server.world.addImage("demo", sampleDisk(1), fields);
    const before = await server.world.contents();
    assert.equal(refusalOf(await server.call("DELETE", `/v2/images/${image.id}`)), refusal);
    assert.deepEqual(await server.world.contents(), before);
  });
}

test("R-199, R-201: images are deleted one after the other, each with its place in the quota, and those of others stay", async () => {
  await using server = await ImsServer.open();
  const used = async (): Promise<number> => {
    const answer = await server.call("GET", "/v1/cloudimages/quota");
    return answer.json<{ quotas: { resources: { used: number }[] } }>().quotas.resources[0]?.used ?? -1;
  };
  const images = [await server.world.addImage("demo", sampleDisk(1)), await server.world.addImage("demo", sampleDisk(2))];
  const theirs = await server.world.addImage("alt", sampleDisk(1));
  assert.equal(await used(), 2);
  for (const [number, image] of images.entries()) {
    assert.equal((await server.call("DELETE", `/v2/images/${image.id}`)).statusCode, 204);
    assert.equal(await used(), 1 - number);
  }
  assert.equal(refusalOf(await server.call("DELETE", `/v2/images/${theirs.id}`)), "404 IMG.0027");
  assert.deepEqual(
    (await server.list(`?id=${theirs.id}`, alt)).map(({ id }) => id),
    [theirs.id],
  );
});
