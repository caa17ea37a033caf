import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ContractWorld, owner, partner } from "./contract-world.ts";
import { at, imageOfJob, sdkCaller, startedJob, textAt } from "./ims-caller.ts";
import type { ImsCaller } from "./ims-caller.ts";

const content = sampleDisk(2);
let world: ContractWorld;
let mine: ImsCaller;

before(async () => {
  world = await ContractWorld.open();
  mine = sdkCaller(world.url, owner);
});

after(async () => {
  await world[Symbol.asyncDispose]();
});

test("R-098: the import post-processor of Packer: upload, import, poll, delete the file, find the image, share it", async () => {
  await world.putFile(owner, "packer", "build/out.raw", content);
  const body = {
    name: "packer-build",
    type: "ECS",
    architecture: "x86",
    os_version: "Ubuntu 22.04 server 64bit",
    min_disk: 40,
    image_url: "packer:build/out.raw",
    image_tags: [{ key: "build", value: "1" }],
  };
  const id = await imageOfJob(mine, { method: "POST", url: "/v2/cloudimages/action", body });
  await world.deleteFile(owner, "packer", "build/out.raw");
  const source = {
    name: "packer-build",
    owner: owner.projectId,
    __imagetype: "private",
    tag: "build=1",
    status: "active",
    sort_key: "created_at",
    sort_dir: "desc",
  };
  const found = await mine.call({ method: "GET", url: "/v2/cloudimages", query: source });
  assert.equal(at(found.body, "images.0.id"), id);
  const shared = await startedJob(mine, {
    method: "POST",
    url: "/v1/cloudimages/members",
    body: { images: [id], projects: [partner.projectId] },
  });
  assert.equal(at(shared, "status"), "SUCCESS");
  assert.equal((await mine.call({ method: "DELETE", url: "/v2/images/{image_id}", path: { image_id: id } })).status, 204);
});

test("R-098: the post-processor gets raw files in by the quick import when their bitmap lies beside them", async () => {
  await world.putFile(owner, "packer", "quick.raw", content);
  const call = {
    method: "POST",
    url: "/v2/cloudimages/quickimport/action",
    body: {
      name: "packer-quick",
      type: "ECS",
      architecture: "x86",
      os_version: "CentOS 7.4 64bit",
      min_disk: 40,
      image_url: "packer:quick.raw",
    },
  } as const;
  const refused = await mine.call(call);
  assert.deepEqual([refused.status, at(refused.body, "error.code")], [400, "IMG.0158"]);
  await world.putFile(owner, "packer", "quick.raw.mf", Buffer.alloc(64, 0xff));
  const id = await imageOfJob(mine, call);
  const listed = await mine.call({ method: "GET", url: "/v2/cloudimages", query: { id } });
  assert.equal(textAt(listed.body, "images.0.status"), "active");
});
