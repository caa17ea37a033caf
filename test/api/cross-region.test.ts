import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultImageKey } from "@tintype/server/keys/default-image-key.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, demo, reader, refusalOf } from "./ims-server.ts";

const disk = sampleDisk(1);
const GiB = 1024 ** 3;
const there = { name: "copy", region: "other-1", project_name: "other-1", agency_name: "ims_admin" };

async function serverWithImage(fields: Partial<ImageRecord> = {}, options?: Parameters<typeof ImsServer.open>[0]) {
  const server = await ImsServer.open(options);
  const image = await server.world.addImage("demo", disk, fields);
  return { server, image, path: `/v1/cloudimages/${image.id}/cross_region_copy` };
}

const withSize = (virtualSizeBytes: number): Partial<ImageRecord> => ({
  disks: [{ blobId: "0".repeat(32) as never, virtualSizeBytes, dataBytes: 1 }],
});

test("R-172, R-174: a copy to a region that there is not is refused by name, and the refusal says which there is", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  const answer = await server.call("POST", path, there);
  assert.equal(refusalOf(answer), "400 IMG.0147");
  assert.match(answer.json<{ error: { message: string } }>().error.message, /cannot be copied to other-1: .* its own, local-1\./);
  assert.deepEqual(await server.world.catalog.jobs.list({}), []);
});

const bodies: readonly [title: string, code: string, body: object][] = [
  ["R-174: the own region", "IMG.0142", { ...there, region: "local-1" }],
  ["R-185: no agency", "IMG.0151", { ...there, agency_name: undefined }],
  ["R-185: an empty agency", "IMG.0151", { ...there, agency_name: "" }],
  ["R-185: no project", "IMG.0145", { ...there, project_name: undefined }],
  ["no region", "IMG.0147", { ...there, region: undefined }],
  ["no name", "IMG.0013", { ...there, name: undefined }],
  ["a name of 129 characters", "IMG.0002", { ...there, name: "n".repeat(129) }],
  ["a name that is a number", "IMG.0062", { ...there, name: 5 }],
  ["a region that is a number", "IMG.0001", { ...there, region: 5 }],
];

for (const [title, code, body] of bodies) {
  test(`a copy to another region with ${title} is refused with ${code}`, async () => {
    const { server, path } = await serverWithImage();
    await using _ = server;
    assert.equal(refusalOf(await server.call("POST", path, body)), `400 ${code}`);
  });
}

const images: readonly [title: string, refusal: string, fields: Partial<ImageRecord>][] = [
  ["an ISO image", "400 IMG.0167", { kind: "iso" }],
  ["R-180: an image that is not active", "400 IMG.0046", { status: "saving" }],
  ["a public image", "400 IMG.0077", { visibility: "public" }],
];

for (const [title, refusal, fields] of images) {
  test(`${title} is not copied to another region: ${refusal}`, async () => {
    const { server, path } = await serverWithImage(fields);
    await using _ = server;
    assert.equal(refusalOf(await server.call("POST", path, there)), refusal);
  });
}

test("R-167, R-182: an encrypted image is not copied to another region", async () => {
  await using server = await ImsServer.open();
  const key = await defaultImageKey(server.world.keys, demo.project as ProjectId);
  const image = await server.world.addImage("demo", disk, { encryption: { keyId: key.id } });
  assert.equal(refusalOf(await server.call("POST", `/v1/cloudimages/${image.id}/cross_region_copy`, there)), "400 IMG.0143");
});

test("R-117: an image of a whole machine is not refused for what it is", async () => {
  const { server, path } = await serverWithImage({ kind: "whole" });
  await using _ = server;
  assert.equal(refusalOf(await server.call("POST", path, there)), "400 IMG.0147");
});

for (const [title, region, limit] of [
  ["128 GiB from most regions", "elsewhere-1", 128],
  ["300 GiB from the regions that are named for it", "cn-south-1", 300],
] as const) {
  test(`R-176: up to ${title}, and not a byte more`, async () => {
    for (const [bytes, code] of [
      [limit * GiB - 512, "IMG.0147"],
      [limit * GiB, "IMG.0147"],
      [limit * GiB + 512, "IMG.0146"],
    ] as const) {
      const { server, path } = await serverWithImage(withSize(bytes), { region });
      await using _ = server;
      assert.equal(refusalOf(await server.call("POST", path, there)), `400 ${code}`, `${bytes}`);
    }
  });
}

test("R-176, R-219: both sizes and the regions with the larger one are settings", async () => {
  const copies = { maxCrossRegionGiB: 1, maxLargeRegionGiB: 2, largeRegions: "here-1, here-2" };
  for (const [region, bytes, code] of [
    ["there-1", GiB, "IMG.0147"],
    ["there-1", GiB + 512, "IMG.0146"],
    ["here-2", 2 * GiB, "IMG.0147"],
    ["here-2", 2 * GiB + 512, "IMG.0146"],
  ] as const) {
    const { server, path } = await serverWithImage(withSize(bytes), { region, limits: { copies } });
    await using _ = server;
    assert.equal(refusalOf(await server.call("POST", path, there)), `400 ${code}`);
  }
});

test("R-178, R-179: copies under way stand in the way, of the image and of the project", async () => {
  const { server, image, path } = await serverWithImage({}, { holdJobs: true, limits: { copies: { concurrentPerProject: 2 } } });
  await using _ = server;
  const copy = (id: string) => server.call("POST", `/v1/cloudimages/${id}/copy`, {});
  assert.equal((await copy(image.id)).statusCode, 200);
  assert.equal(refusalOf(await server.call("POST", path, there)), "409 IMG.0149");
  const [second, third] = [await server.world.addImage("demo", disk), await server.world.addImage("demo", disk)];
  assert.equal((await copy(second.id)).statusCode, 200);
  assert.equal(refusalOf(await server.call("POST", `/v1/cloudimages/${third.id}/cross_region_copy`, there)), "409 IMG.0149");
});

test("a reader may not copy to another region, and another project's image does not exist", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  assert.equal(refusalOf(await server.call("POST", path, there, reader)), "403 IMG.0026");
  assert.equal(refusalOf(await server.call("POST", path, there, alt)), "404 IMG.0027");
});
