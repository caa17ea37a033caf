import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServiceError } from "@tintype/contract/service-error.ts";
import { longestWrappedBytes, mostRotations } from "./key-service.ts";
import type { KeyId, KeyService, NewMasterKey } from "./key-service.ts";
import type { ProjectId } from "./ids.ts";

/** A key service on a clock that the suite moves. */
export interface KeyServiceWorld extends AsyncDisposable {
  readonly keys: KeyService;
  advance(ms: number): void;
  /** The service as it is after a restart. */
  reopen(): Promise<KeyService>;
}

type Open = () => Promise<KeyServiceWorld>;

const dayMs = 24 * 60 * 60 * 1000;
const mine = "p-mine" as ProjectId;
const theirs = "p-theirs" as ProjectId;
const nobodys = "00000000-0000-7000-8000-000000000000" as KeyId;
const plenty = { mostInProject: 1000 };

const aKey = (alias: string, fields: Partial<NewMasterKey> = {}): NewMasterKey => ({
  projectId: mine,
  alias,
  description: "",
  enterpriseProjectId: "0",
  isDefault: false,
  ...fields,
});

const code = (expected: string) => (error: ServiceError) => error.code === expected;

/** What every key service does. `open` answers an empty one. */
export function keyServiceContract(open: Open): void {
  wrappingContract(open);
  statesContract(open);
  listingContract(open);
  deletionContract(open);
  durabilityContract(open);
}

function wrappingContract(open: Open): void {
  test("a data key that was wrapped is unwrapped to the same bytes, from the wrapped form alone", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    const { plain, wrapped } = await world.keys.createDataKey(id);
    assert.equal(plain.length, 32);
    assert.ok(wrapped.length <= longestWrappedBytes);
    assert.equal(Buffer.from(wrapped).includes(Buffer.from(plain)), false);
    assert.deepEqual(Buffer.from(await world.keys.decryptDataKey(wrapped)), Buffer.from(plain));
    assert.deepEqual(Buffer.from(await world.keys.decryptDataKey(wrapped, { keyId: id })), Buffer.from(plain));
  });

  test("data keys differ, and so do two wrappings of one", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    const [first, second] = [await world.keys.createDataKey(id), await world.keys.createDataKey(id)];
    assert.notDeepEqual(first.plain, second.plain);
    const again = await world.keys.encryptDataKey(id, first.plain);
    assert.notDeepEqual(again, first.wrapped);
    assert.deepEqual(Buffer.from(await world.keys.decryptDataKey(again)), Buffer.from(first.plain));
  });

  test("a data key may have 1 to 1024 bytes, and the longest still fits", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    for (const lengthBytes of [1, 1024]) {
      const { plain, wrapped } = await world.keys.createDataKey(id, { lengthBytes });
      assert.equal(plain.length, lengthBytes);
      assert.ok(wrapped.length <= longestWrappedBytes);
      assert.deepEqual(Buffer.from(await world.keys.decryptDataKey(wrapped)), Buffer.from(plain));
    }
    await assert.rejects(world.keys.createDataKey(id, { lengthBytes: 0 }), code("KMS.1901"));
    await assert.rejects(world.keys.createDataKey(id, { lengthBytes: 1025 }), code("KMS.1901"));
    await assert.rejects(world.keys.encryptDataKey(id, new Uint8Array(0)), code("KMS.2101"));
    await assert.rejects(world.keys.encryptDataKey(id, new Uint8Array(1025)), code("KMS.2101"));
  });

  test("every byte of the wrapped form is guarded: whichever is changed, nothing is unwrapped", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    await world.keys.createKey(aKey("b"), plenty);
    const { plain, wrapped } = await world.keys.createDataKey(id);
    for (let index = 0; index < wrapped.length; index += 1) {
      const changed = Uint8Array.from(wrapped);
      changed[index] = (changed[index] ?? 0) ^ 1;
      const outcome = await world.keys.decryptDataKey(changed).catch((error: ServiceError) => error.code);
      // The version is no secret and guards nothing where the engine's own text carries it; everything else must refuse.
      const isVersion = index >= 18 && index < 22;
      const isRefused = outcome === "KMS.2201" || outcome === "KMS.0207";
      assert.ok(isRefused || (isVersion && Buffer.from(plain).equals(Buffer.from(outcome as Uint8Array))), `byte ${index}`);
    }
    for (const shorter of [0, 1, 22, wrapped.length - 1]) {
      await assert.rejects(world.keys.decryptDataKey(wrapped.subarray(0, shorter)), code("KMS.2201"));
    }
    await assert.rejects(world.keys.decryptDataKey(new Uint8Array(longestWrappedBytes + 1)), code("KMS.2201"));
  });

  test("a wrapped key opens for its own master key and in its own context only", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    const other = await world.keys.createKey(aKey("b"), plenty);
    const context = { image: "1", disk: "vda" };
    const { plain, wrapped } = await world.keys.createDataKey(id, { context });
    const same = await world.keys.decryptDataKey(wrapped, { context: { disk: "vda", image: "1" } });
    assert.deepEqual(Buffer.from(same), Buffer.from(plain), "the order of a context does not count");
    await assert.rejects(world.keys.decryptDataKey(wrapped), code("KMS.2201"));
    await assert.rejects(world.keys.decryptDataKey(wrapped, { context: { ...context, disk: "vdb" } }), code("KMS.2201"));
    await assert.rejects(world.keys.decryptDataKey(wrapped, { context, keyId: other.id }), code("KMS.2201"));
  });

  test("after a rotation old wrappings still open, and new ones are by the new version", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    const before = await world.keys.createDataKey(id);
    world.advance(1000);
    const rotated = await world.keys.rotate(id);
    assert.equal(rotated.version, 2);
    assert.equal(rotated.rotatedAt, rotated.createdAt + 1000);
    const after = await world.keys.createDataKey(id);
    assert.deepEqual(
      [before, after].map(({ wrapped }) => Buffer.from(wrapped).readUInt32BE(18)),
      [1, 2],
    );
    for (const keys of [world.keys, await world.reopen()]) {
      for (const { plain, wrapped } of [before, after]) {
        assert.deepEqual(Buffer.from(await keys.decryptDataKey(wrapped)), Buffer.from(plain));
      }
    }
  });

  test("rotations of one key are bounded", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    for (let count = 0; count < mostRotations; count += 1) {
      await world.keys.rotate(id);
    }
    await assert.rejects(world.keys.rotate(id), code("kms.tooManyVersions"));
  });
}

function statesContract(open: Open): void {
  test("R-164: a disabled key neither wraps nor unwraps, and enabled again it does both", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    const { plain, wrapped } = await world.keys.createDataKey(id);
    assert.equal((await world.keys.disable(id)).state, "disabled");
    await assert.rejects(world.keys.decryptDataKey(wrapped), code("KMS.0209"));
    await assert.rejects(world.keys.createDataKey(id), code("KMS.0209"));
    await assert.rejects(world.keys.encryptDataKey(id, plain), code("KMS.0209"));
    await assert.rejects(world.keys.rotate(id), code("KMS.0209"));
    await assert.rejects((await world.reopen()).decryptDataKey(wrapped), code("KMS.0209"));
  });

  test("a key is enabled only when it is disabled, and disabled only when it is enabled", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    const { plain, wrapped } = await world.keys.createDataKey(id);
    await assert.rejects(world.keys.enable(id), code("KMS.1201"));
    await world.keys.disable(id);
    await assert.rejects(world.keys.disable(id), code("KMS.1301"));
    assert.equal((await world.keys.enable(id)).state, "enabled");
    assert.deepEqual(Buffer.from(await world.keys.decryptDataKey(wrapped)), Buffer.from(plain));
  });

  test("a key that does not exist is refused by every call", async () => {
    await using world = await open();
    const { keys } = world;
    assert.equal(await keys.getKey(nobodys), undefined);
    const calls = [
      keys.enable(nobodys),
      keys.disable(nobodys),
      keys.rotate(nobodys),
      keys.scheduleDeletion(nobodys, 7),
      keys.cancelDeletion(nobodys),
      keys.updateKey(nobodys, { alias: "x" }),
      keys.createDataKey(nobodys),
      keys.encryptDataKey(nobodys, new Uint8Array(32)),
    ];
    for (const call of calls) {
      await assert.rejects(call, code("KMS.0207"));
    }
  });
}

function listingContract(open: Open): void {
  test("a project's keys are listed newest first, and other projects' are not", async () => {
    await using world = await open();
    const first = await world.keys.createKey(aKey("first"), plenty);
    world.advance(1000);
    const second = await world.keys.createKey(aKey("second", { description: "d", enterpriseProjectId: "ep" }), plenty);
    await world.keys.createKey(aKey("first", { projectId: theirs }), plenty);
    assert.deepEqual(await world.keys.listKeys(mine), [second, first]);
    assert.deepEqual(await world.keys.getKey(second.id), second);
    assert.deepEqual([second.state, second.version, second.description], ["enabled", 1, "d"]);
  });

  test("an alias is unique in its project, also under 20 attempts at once, and free again when it was changed", async () => {
    await using world = await open();
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, async () => world.keys.createKey(aKey("same"), plenty)));
    assert.equal(attempts.filter(({ status }) => status === "fulfilled").length, 1);
    const [key] = await world.keys.listKeys(mine);
    assert.ok(key);
    const other = await world.keys.createKey(aKey("other"), plenty);
    await assert.rejects(world.keys.updateKey(other.id, { alias: "same" }), code("KMS.1104"));
    assert.equal((await world.keys.updateKey(key.id, { alias: "renamed" })).alias, "renamed");
    assert.equal((await world.keys.updateKey(key.id, { alias: "renamed", description: "d" })).description, "d");
    assert.equal((await world.keys.updateKey(other.id, { alias: "same" })).alias, "same");
  });

  test("the quota is exact under 20 creations at once, and default keys are not counted", async () => {
    await using world = await open();
    await world.keys.createKey(aKey("ims/default", { isDefault: true }), { mostInProject: 0 });
    const limits = { mostInProject: 3 };
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, async (_, n) => world.keys.createKey(aKey(`k${n}`), limits)));
    assert.equal(attempts.filter(({ status }) => status === "fulfilled").length, 3);
    await assert.rejects(world.keys.createKey(aKey("more"), limits), code("KMS.1105"));
    await world.keys.createKey(aKey("more", { projectId: theirs }), limits);
  });
}

function deletionContract(open: Open): void {
  test("a deletion is put off by 7 to 1096 days, during which the key is not used", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    const { wrapped } = await world.keys.createDataKey(id);
    for (const days of [6, 1097, 7.5, Number.NaN]) {
      await assert.rejects(world.keys.scheduleDeletion(id, days), code("KMS.1401"));
    }
    await assert.rejects(world.keys.cancelDeletion(id), code("KMS.1501"));
    const pending = await world.keys.scheduleDeletion(id, 7);
    assert.equal(pending.state, "pendingDeletion");
    assert.equal(pending.deleteAt, pending.createdAt + 7 * dayMs);
    await assert.rejects(world.keys.scheduleDeletion(id, 8), code("KMS.1402"));
    const refused = [world.keys.decryptDataKey(wrapped), world.keys.createDataKey(id), world.keys.enable(id), world.keys.disable(id)];
    for (const call of [...refused, world.keys.rotate(id), world.keys.updateKey(id, { alias: "b" })]) {
      await assert.rejects(call, code("KMS.0210"));
    }
  });

  test("a cancelled deletion leaves the key disabled, and enabled again it opens what it wrapped", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    const { plain, wrapped } = await world.keys.createDataKey(id);
    await world.keys.scheduleDeletion(id, 1096);
    world.advance(1096 * dayMs - 1);
    const kept = await world.keys.cancelDeletion(id);
    assert.equal(kept.state, "disabled");
    assert.equal(kept.deleteAt, undefined);
    await world.keys.enable(id);
    assert.deepEqual(Buffer.from(await world.keys.decryptDataKey(wrapped)), Buffer.from(plain));
  });

  test("a key whose time has come is gone for every call, after a restart too, and its alias is free", async () => {
    await using world = await open();
    const { id } = await world.keys.createKey(aKey("a"), plenty);
    const { wrapped } = await world.keys.createDataKey(id);
    await world.keys.scheduleDeletion(id, 7);
    world.advance(7 * dayMs);
    assert.equal(await world.keys.getKey(id), undefined);
    await assert.rejects(world.keys.decryptDataKey(wrapped), code("KMS.0207"));
    await assert.rejects(world.keys.cancelDeletion(id), code("KMS.0207"));
    assert.deepEqual(await world.keys.listKeys(mine), []);
    await world.keys.createKey(aKey("a"), plenty);
    await assert.rejects((await world.reopen()).decryptDataKey(wrapped), code("KMS.0207"));
  });
}

function durabilityContract(open: Open): void {
  test("what was acknowledged is there after a restart", async () => {
    await using world = await open();
    const key = await world.keys.createKey(aKey("a", { isDefault: true }), plenty);
    const { plain, wrapped } = await world.keys.createDataKey(key.id);
    const other = await world.keys.createKey(aKey("b"), plenty);
    const pending = await world.keys.scheduleDeletion(other.id, 30);
    const again = await world.reopen();
    assert.deepEqual(await again.getKey(key.id), key);
    assert.deepEqual(await again.getKey(other.id), pending);
    assert.deepEqual(Buffer.from(await again.decryptDataKey(wrapped)), Buffer.from(plain));
  });
}
