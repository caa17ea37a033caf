import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { dataRecordHead, referenceRecord } from "@tintype/contract/tus/chunk-records.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import type { GrantedStatement } from "@tintype/server/ports/policy.ts";
import { TransferWorld, principalOf } from "@tintype/server/testing/transfer-world.ts";
import { seededBytes } from "../system/seeded-bytes.ts";
import { ImsServer } from "./ims-server.ts";
import { begin, codeOf, metadataOf, offsetOf, send } from "./upload-calls.ts";

const chunk = 4096;
const file = seededBytes(1, 2 * chunk);
const digests = [0, 1].map((index) =>
  createHash("sha256")
    .update(file.subarray(index * chunk, (index + 1) * chunk))
    .digest("hex"),
);
const references = Buffer.concat(digests.map((digest) => referenceRecord(Buffer.from(digest, "hex"))));
const chunkStream = { "content-type": "application/vnd.tintype.chunks" };

/** A server whose callers may not do what `denied` holds at the moment. */
interface World {
  readonly server: ImsServer;
  readonly denied: Set<string>;
}

async function open(): Promise<World> {
  const denied = new Set<string>();
  const world = await TransferWorld.open({ chunkSizeBytes: chunk });
  await world.addFile("demo", "files:there");
  const server = await ImsServer.on(world, {
    requirePrincipal: () => async (request) => {
      const { project, roles } = JSON.parse(String(request.headers["x-caller"])) as { project: string; roles: string[] }; // the tests' own header
      const principal = principalOf(project, ...roles);
      const statements = [...principal.rights.statements, ...[...denied].map(denial)];
      request.principal = { ...principal, rights: { ...principal.rights, statements } };
    },
  });
  return { server, denied };
}

function denial(action: string): GrantedStatement {
  return {
    effect: "Deny",
    actions: [action],
    resources: [],
    conditions: [],
    enterpriseProjectId: undefined,
    isGlobalOnly: false,
    mayOperate: false,
  };
}

async function wantedOf(server: ImsServer, path: string): Promise<readonly number[]> {
  const answer = await server.call("POST", `${path}/wanted`, { offset: 0, digests });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<{ wanted: number[] }>().wanted;
}

async function refer(server: ImsServer, path: string): Promise<string> {
  return codeOf(await send(server, path, 0, { body: references, headers: chunkStream }));
}

test("who may not export images, or not read objects, is neither told of their chunks nor given them", async () => {
  for (const [action, addContent] of [
    ["ims:images:export", (world: TransferWorld) => world.addImage("demo", file)],
    ["obs:object:getobject", (world: TransferWorld) => world.addFile("demo", "files:base", file)],
  ] as const) {
    const { server, denied } = await open();
    await using _server = server;
    await addContent(server.world);
    const path = await begin(server, file.length);
    assert.deepEqual(await wantedOf(server, path), []);
    denied.add(action);
    // What another user of the project was told, or this one while it might, is of no use now.
    assert.equal(await refer(server, path), "409 tus.chunkForgotten", action);
    assert.equal(await offsetOf(server, path), 0);
    assert.deepEqual(await wantedOf(server, path), [0, 1]);
    denied.clear();
    await wantedOf(server, path);
    assert.equal(await refer(server, path), "204");
  }
});

test("a reference to an image that was put out of use or deleted meanwhile is refused, though its bytes are still there", async () => {
  const changes: readonly ((world: TransferWorld, image: ImageRecord) => Promise<unknown>)[] = [
    ({ catalog }, { id, updatedAt }) => catalog.images.changeStatus(id, ["active"], "deactivated", { updatedAt }),
    ({ catalog }, { id }) => catalog.images.remove(id, ["active"]),
  ];
  for (const change of changes) {
    const { server } = await open();
    await using _server = server;
    const image = await server.world.addImage("demo", file);
    const path = await begin(server, file.length);
    assert.deepEqual(await wantedOf(server, path), []);
    await change(server.world, image);
    assert.equal(await refer(server, path), "409 tus.chunkForgotten");
  }
});

test("a reference to an object that was replaced or deleted meanwhile is refused, though its bytes are still there", async () => {
  for (const change of ["replaced", "deleted"] as const) {
    const { server } = await open();
    await using _server = server;
    await server.world.addFile("demo", "files:base", file);
    const path = await begin(server, file.length);
    assert.deepEqual(await wantedOf(server, path), []);
    if (change === "replaced") {
      const object = await server.world.catalog.buckets.object("files", "base");
      assert.ok(object);
      await server.world.catalog.buckets.putObject({ ...object, parts: [], lengthBytes: 0 });
    } else {
      await server.world.catalog.buckets.deleteObject("files", "base");
    }
    assert.equal(await refer(server, path), "409 tus.chunkForgotten");
  }
});

test("what is pushed to an encrypted image is sealed there, and its chunks are wanted again", async () => {
  const { server } = await open();
  await using _server = server;
  const master = await server.world.keys.createKey(
    { projectId: "demo" as never, enterpriseProjectId: "0", alias: "k", description: "", isDefault: false },
    { mostInProject: 10 },
  );
  const base = await server.world.addImage("demo", file.subarray(0, chunk));
  const created = await server.call("POST", "/image/v2/images", { name: "waits", disk_format: "raw", container_format: "bare" });
  const waiting = await server.world.catalog.images.get(created.json<{ id: ImageId }>().id);
  assert.ok(waiting);
  const id = "11111111-2222-4333-8444-555555555555" as ImageId;
  await server.world.catalog.images.insert({ ...waiting, id, encryption: { keyId: master.id } });
  const path = await begin(server, file.length, { "upload-metadata": metadataOf({ image: id }) });
  assert.deepEqual(await wantedOf(server, path), [1]);
  const data = Buffer.concat([references.subarray(0, 33), dataRecordHead(chunk), file.subarray(chunk)]);
  assert.equal(codeOf(await send(server, path, 0, { body: data, headers: chunkStream })), "204");
  const image = await server.world.catalog.images.get(id);
  assert.equal(image?.status, "active");
  await using blob = await server.world.store.open(image.disks[0]?.blobId ?? ("" as never));
  assert.notEqual(blob.keyId, undefined);
  assert.ok(file.equals(await blob.read(0, file.length)));
  await server.world.catalog.images.remove(base.id, ["active"]);
  // Neither the sealed image nor what is left of the upload's steps counts.
  assert.deepEqual(await wantedOf(server, await begin(server, file.length)), [0, 1]);
});
