import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { DamageTally } from "../observability/damage-tally.ts";
import { TransferWorld } from "../testing/transfer-world.ts";
import { chunkStoreUpkeep } from "./chunk-store-upkeep.ts";
import { scrubStore } from "./scrub-store.ts";
import type { StoreUpkeep } from "./store-upkeep.ts";

const mebibyte = 1024 * 1024;
const options = { dryRun: false, graceMs: 0 };

function upkeepOf({ stores, catalog, clock }: TransferWorld): StoreUpkeep {
  const copies = { make: async (name: string) => name, list: async () => [], remove: async () => {} };
  return chunkStoreUpkeep({ stores, catalog, clock, copies, keep: 1, graceMs: 3_600_000 });
}

/** A blob that no image of the catalog names, with that record. */
async function addBlob(world: TransferWorld, record: Readonly<Record<string, unknown>>, content: Uint8Array): Promise<BlobId> {
  const blobId = world.ids.hex32() as BlobId;
  await using writer = await world.store.create(blobId);
  await writer.write(0, content);
  await writer.commit({ lengthBytes: content.length, record });
  return blobId;
}

test("bytes are counted once in all, and as its own for each project that uses them", async () => {
  await using world = await TransferWorld.open();
  const [shared, own, part] = [randomBytes(mebibyte), randomBytes(mebibyte), randomBytes(mebibyte)];
  await world.addImage("p1", shared);
  await world.addImage("p1", shared);
  await world.addImage("p2", Buffer.concat([shared, own]));
  await addBlob(world, { kind: "part", projectId: "p3", bucket: "b", key: "k" }, part);
  await addBlob(world, {}, part);
  const stats = await upkeepOf(world).stats();
  assert.equal(stats.images, 3);
  assert.equal(stats.blobs, 5);
  assert.equal(stats.logicalBytes, 6 * mebibyte);
  assert.equal(stats.storedBytes, stats.uniqueBytes);
  const weights = Object.fromEntries(stats.projects.map(({ projectId, ...weight }) => [projectId, weight]));
  // Lists of chunks, and what zstd says about random bytes, come on top.
  const about = (bytes: number | undefined) => Math.round((bytes ?? NaN) / mebibyte);
  assert.deepEqual(
    ["p1", "p2", "p3", ""].map((id) => [
      weights[id]?.images,
      weights[id]?.blobs,
      about(weights[id]?.storedBytes),
      about(weights[id]?.uniqueBytes),
    ]),
    [
      [2, 2, 1, 0],
      [1, 1, 2, 1],
      [0, 1, 1, 0],
      [0, 1, 1, 0],
    ],
  );
  assert.equal(about(stats.uniqueBytes), 3);
});

test("R-029: damage is told with the images that suffer, and storing the content again heals them", async () => {
  await using world = await TransferWorld.open();
  const content = randomBytes(mebibyte);
  const image = await world.addImage("p1", content, { name: "golden" });
  const upkeep = upkeepOf(world);
  assert.deepEqual((await upkeep.verify({ read: true })).findings, []);
  const packs = join(world.folder, "store", "packs");
  await rm(packs, { recursive: true });
  const report = await upkeep.verify({ read: false });
  assert.ok(report.damages > 0);
  assert.ok(report.findings.some(({ images }) => images.some(({ id, name }) => id === image.id && name === "golden")));
  await world.addImage("p2", content);
  const healed = await upkeep.verify({ read: true });
  assert.equal(healed.damages, 0, JSON.stringify(healed.findings));
});

test("what a verification or the scrub finds is counted once, and logged with the images that suffer", async () => {
  await using world = await TransferWorld.open();
  await world.addImage("p1", randomBytes(mebibyte), { name: "golden" });
  await rm(join(world.folder, "store", "packs"), { recursive: true });
  const lines: object[] = [];
  const counted: string[] = [];
  const log = { ...world.log, warn: (fields: object) => void lines.push(fields) };
  const damages = new DamageTally({ log, metrics: { observeDamage: (store) => void counted.push(store) } });
  const { stores, catalog, clock } = world;
  const copies = { make: async (name: string) => name, list: async () => [], remove: async () => {} };
  const upkeep = chunkStoreUpkeep({ stores, catalog, clock, copies, keep: 1, graceMs: 0, damages });
  const { damages: found } = await upkeep.verify({ read: true });
  assert.ok(found > 0);
  assert.equal(counted.length, found);
  assert.match(JSON.stringify(lines), /"images":\[\{"id":"[^"]+","name":"golden"\}\]/);
  await upkeep.verify({ read: false });
  const [main] = stores.all;
  assert.ok(main);
  const step = { bytes: 10 * mebibyte, signal: new AbortController().signal };
  await scrubStore(main, { catalog, log: world.log, metrics: { observeScrub() {} }, damages }, step);
  assert.ok(world.errors.length > 0, "the scrub tells of it each time");
  assert.equal(counted.length, found);
});

test("a collection frees what a removed blob alone used, as its dry run said", async () => {
  await using world = await TransferWorld.open();
  const kept = await world.addImage("p1", randomBytes(mebibyte));
  const gone = await addBlob(world, {}, randomBytes(mebibyte));
  await world.store.remove(gone);
  const upkeep = upkeepOf(world);
  const foreseen = await upkeep.collect({ ...options, dryRun: true });
  const report = await upkeep.collect(options);
  assert.deepEqual({ ...report, dryRun: true }, foreseen);
  assert.ok(report.freedBytes > 0.9 * mebibyte, `${report.freedBytes} bytes`);
  await using blob = await world.store.open(kept.disks[0]?.blobId as BlobId);
  assert.equal((await blob.read(0, mebibyte)).length, mebibyte);
  assert.equal(
    (await readdir(join(world.folder, "store", "packs"), { recursive: true })).filter((name) => name.endsWith(".pack")).length,
    1,
  );
});

test("of several stores each is told apart, and the whole as their sum", async () => {
  await using world = await TransferWorld.open({ moreStores: ["archive"] });
  const image = await world.addImage("p1", randomBytes(mebibyte));
  const [blobId] = image.disks.map((disk) => disk.blobId);
  assert.ok(blobId);
  await world.addImage("p2", randomBytes(2 * mebibyte));
  await world.stores.replicate(blobId, "archive", { signal: new AbortController().signal, onProgress() {} });
  const stats = await upkeepOf(world).stats();
  assert.equal(stats.images, 2);
  assert.equal(stats.blobs, 3);
  assert.equal(stats.logicalBytes, 4 * mebibyte);
  assert.deepEqual(
    stats.stores?.map(({ store, isDefault, blobs, logicalBytes }) => [store, isDefault, blobs, logicalBytes / mebibyte]),
    [
      ["main", true, 2, 3],
      ["archive", false, 1, 1],
    ],
  );
  assert.equal(stats.projects.find(({ projectId }) => projectId === "p1")?.blobs, 2);
  const weight = await upkeepOf(world).weigh(image);
  assert.equal(weight.logicalBytes, 2 * mebibyte);
  const verified = await upkeepOf(world).verify({ read: true });
  assert.deepEqual(
    verified.stores?.map(({ store, blobs }) => [store, blobs]),
    [
      ["main", 2],
      ["archive", 1],
    ],
  );
  assert.equal(verified.blobs, 3);
});

test("R-029: damage is told with the store that it is in, and a copy in another store goes on being read", async () => {
  await using world = await TransferWorld.open({ moreStores: ["archive"] });
  const content = randomBytes(mebibyte);
  const image = await world.addImage("p1", content, { name: "golden" });
  const blobId = image.disks[0]?.blobId as BlobId;
  await world.stores.replicate(blobId, "archive", { signal: new AbortController().signal, onProgress() {} });
  await rm(join(world.folder, "store", "packs"), { recursive: true });
  const report = await upkeepOf(world).verify({ read: true });
  assert.ok(report.damages > 0);
  const damages = report.findings.filter(({ severity }) => severity === "damage");
  assert.ok(damages.every(({ store }) => store === "main"));
  assert.ok(damages.some(({ images }) => images.some(({ id }) => id === image.id)));
  assert.deepEqual(report.stores?.find(({ store }) => store === "archive")?.damages, 0);
  assert.deepEqual(Buffer.from(await world.readBlob(blobId)), content);
});

test("a collection frees space in every store, also when one of them fails, which is told with its name", async () => {
  await using world = await TransferWorld.open({ moreStores: ["archive", "cold"] });
  const image = await world.addImage("p1", randomBytes(mebibyte));
  const blobId = image.disks[0]?.blobId as BlobId;
  for (const name of ["archive", "cold"]) {
    await world.stores.replicate(blobId, name, { signal: new AbortController().signal, onProgress() {} });
  }
  await world.store.remove(blobId);
  const upkeep = upkeepOf(world);
  assert.ok((await upkeep.collect({ ...options, dryRun: true })).freedBytes > 2.9 * mebibyte);
  // A manifest that cannot be read keeps the space of its store alone.
  const manifests = join(world.folder, "stores", "archive", "manifests", "00");
  await mkdir(manifests, { recursive: true });
  await writeFile(join(manifests, `${"0".repeat(32)}.manifest`), "no manifest");
  await assert.rejects(upkeep.collect(options), /Store "archive": /);
  const packs = async (place: string) =>
    (await readdir(join(world.folder, place, "packs"), { recursive: true })).filter((name) => name.endsWith(".pack"));
  assert.deepEqual(await packs("store"), []);
  assert.deepEqual(await packs("stores/cold"), []);
  assert.equal((await packs("stores/archive")).length, 1);
});
