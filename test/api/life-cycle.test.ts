import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { buildQcow2 } from "@tintype/disk/qcow2/testing/build-qcow2.ts";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, refusalOf } from "./ims-server.ts";
import { addProjects } from "./sharing-setup.ts";

const disk = sampleDisk(1);
const noDisk = buildQcow2({ sizeBytes: 1 << 20, clusters: new Map() }).file.subarray(0, 100);

let server: ImsServer;

before(async () => {
  const limits = { images: { perProject: 1000 }, jobs: { concurrentPerProject: 1000 }, copies: { concurrentPerProject: 1000 } };
  server = await ImsServer.open({ holdJobs: true, limits });
  await server.world.addFile("demo", "files:disk.raw", disk);
  await server.world.addFile("demo", "files:broken.qcow2", noDisk);
  await addProjects(server, ["demo", "alt"]);
});

after(async () => {
  await server[Symbol.asyncDispose]();
});

type Answer = Awaited<ReturnType<ImsServer["call"]>>;

/** Lets the task of an answer run to its end. */
async function finished(answer: Answer): Promise<string> {
  assert.equal(answer.statusCode, 200, answer.body);
  const { job_id: id } = answer.json<{ job_id: string }>();
  server.jobs.dispatch(id);
  return (await server.jobs.wait(id)).status;
}

async function register(): Promise<string> {
  const made = await server.call("POST", "/v2/images", { name: "registered", __os_version: "Ubuntu 20.04 server 64bit", min_disk: 40 });
  assert.equal(made.statusCode, 201, made.body);
  return made.json<{ id: string }>().id;
}

const upload = async (id: string, file = "files:disk.raw") => await server.call("PUT", `/v1/cloudimages/${id}/upload`, { image_url: file });

async function normal(): Promise<string> {
  const id = await register();
  assert.equal(await finished(await upload(id)), "succeeded");
  return id;
}

async function statusOf(id: string): Promise<unknown> {
  return (await server.list(`?id=${id}`))[0]?.["status"];
}

/** How an image gets into each of its states, and what it is shown as there. */
const states = {
  registered: { shown: "queued", reach: register },
  "being uploaded": {
    shown: "saving",
    reach: async () => {
      const id = await register();
      assert.equal((await upload(id)).statusCode, 200);
      return id;
    },
  },
  "registered, with an upload that failed": {
    shown: "queued",
    reach: async () => {
      const id = await register();
      assert.equal(await finished(await upload(id, "files:broken.qcow2")), "failed");
      return id;
    },
  },
  normal: { shown: "active", reach: normal },
  published: {
    shown: "active",
    reach: async () => {
      const id = await normal();
      await server.world.catalog.images.update(id as ImageId, { isPublished: true, updatedAt: server.world.clock.now() });
      return id;
    },
  },
  failed: { shown: "killed", reach: async () => (await server.world.addImage("demo", disk, { status: "killed" })).id },
  "out of use": { shown: "deactivated", reach: async () => (await server.world.addImage("demo", disk, { status: "deactivated" })).id },
  deleted: {
    shown: undefined,
    reach: async () => {
      const id = await normal();
      assert.equal((await server.call("DELETE", `/v2/images/${id}`)).statusCode, 204);
      return id;
    },
  },
} as const;

let exports = 0;

/** What can be done with an image. */
const operations = {
  modify: async (id) => await server.call("PATCH", `/v2/cloudimages/${id}`, [{ op: "replace", path: "/name", value: "changed" }]),
  tag: async (id) => await server.call("PUT", `/v2/images/${id}/tags/mine`),
  share: async (id) => await server.call("POST", `/v2/images/${id}/members`, { member: "alt" }),
  copy: async (id) => await server.call("POST", `/v1/cloudimages/${id}/copy`, { name: "copied" }),
  export: async (id) => {
    exports += 1;
    return await server.call("POST", `/v1/cloudimages/${id}/file`, { bucket_url: `files:out-${exports}`, file_format: "qcow2" });
  },
  read: async (id) => await server.call("GET", `/api/v1/images/${id}/content`),
  upload,
  delete: async (id) => await server.call("DELETE", `/v2/images/${id}`),
} satisfies Record<string, (id: string) => Promise<Answer>>;

type Operation = keyof typeof operations;

/** Where the life cycle goes on; every other step is refused. */
const legal: Readonly<Record<keyof typeof states, readonly Operation[]>> = {
  registered: ["tag", "upload", "delete"],
  "being uploaded": [],
  "registered, with an upload that failed": ["tag", "upload", "delete"],
  normal: ["modify", "tag", "share", "copy", "export", "read", "delete"],
  // The rules of the market refuse more of what is published: neither sharing nor deletion.
  published: ["modify", "tag", "copy", "export", "read"],
  failed: ["delete"],
  "out of use": ["delete"],
  deleted: [],
};

// The tables have these names.
for (const [state, { shown, reach }] of Object.entries(states) as [keyof typeof states, (typeof states)[keyof typeof states]][]) {
  test(`R-019, R-020: of an image that is ${state}, every step of the life cycle passes or is refused as the cycle has it`, async () => {
    const kept = await reach();
    assert.equal(await statusOf(kept), shown);
    const before = await server.world.catalog.images.get(kept as ImageId);
    for (const [name, run] of Object.entries(operations)) {
      if (legal[state].includes(name as Operation)) {
        const answer = await run(await reach());
        assert.ok(answer.statusCode < 300, `${name}: ${answer.statusCode} ${answer.body}`);
        continue;
      }
      const refused = await run(kept);
      assert.match(
        refusalOf(refused),
        shown === undefined ? /^404 (IMG\.0027|api\.imageNotFound)$/ : /^(400 IMG\.\d{4}|409 api\.imageNotReady)$/,
        name,
      );
    }
    assert.deepEqual(await server.world.catalog.images.get(kept as ImageId), before, "what was refused changed nothing");
  });
}

test("R-016, R-064: a registered image takes its file by PUT …/upload, and is in the status active when the task succeeded", async () => {
  const id = await register();
  const answer = await upload(id);
  assert.equal(answer.statusCode, 200);
  assert.match(answer.json<{ job_id: string }>().job_id, /^[0-9a-f]{32}$/);
  assert.equal(await statusOf(id), "saving");
  assert.equal(await finished(answer), "succeeded");
  const [image] = await server.list(`?id=${id}`);
  assert.deepEqual([image?.["status"], image?.["min_disk"], image?.["__data_origin"]], ["active", 40, "file,files:disk.raw"]);
  assert.ok((await operations.read(id)).rawPayload.equals(disk));
  assert.equal(refusalOf(await server.call("PUT", `/v1/cloudimages/${id}/upload`, { image_url: "files:disk.raw" }, alt)), "404 IMG.0027");
});

test("R-016, R-019: the life of a normal image goes on to a copy, which is normal too and outlives it", async () => {
  const id = await normal();
  assert.equal(await finished(await server.call("POST", `/v1/cloudimages/${id}/copy`, { name: "heir" })), "succeeded");
  assert.equal((await operations.delete(id)).statusCode, 204);
  const [left] = await server.list("?name=heir");
  assert.equal(left?.["status"], "active");
  assert.ok((await operations.read(String(left["id"]))).rawPayload.equals(disk));
});
