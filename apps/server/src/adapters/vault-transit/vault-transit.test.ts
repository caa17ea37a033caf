import assert from "node:assert/strict";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectId } from "../../ports/ids.ts";
import type { KeyService } from "../../ports/key-service.ts";
import { keyServiceContract } from "../../ports/key-service.contract.ts";
import { KeyWorld } from "../../testing/key-world.ts";
import { KeySetupError } from "../key-register/key-setup-error.ts";
import { openTransitKeys } from "./open-transit-keys.ts";
import { TransitDouble } from "./testing/transit-double.ts";

class TransitWorld implements AsyncDisposable {
  readonly double: TransitDouble;
  readonly world: KeyWorld;
  readonly tokenFile: string;

  private constructor(double: TransitDouble, world: KeyWorld, tokenFile: string) {
    this.double = double;
    this.world = world;
    this.tokenFile = tokenFile;
  }

  static async open(): Promise<TransitWorld> {
    const [double, world] = [await TransitDouble.start(), await KeyWorld.open()];
    await mkdir(world.folder, { recursive: true });
    const tokenFile = join(world.folder, "token");
    await writeFile(tokenFile, `${double.token}\n`, { mode: 0o600 });
    return new TransitWorld(double, world, tokenFile);
  }

  async keys(address = this.double.address): Promise<KeyService> {
    const { folder, clock, ids, log } = this.world;
    return await openTransitKeys({ folder, address, mount: "transit", tokenFile: this.tokenFile, clock, ids, log });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.double[Symbol.asyncDispose]();
    await this.world[Symbol.asyncDispose]();
  }
}

keyServiceContract(async () => {
  const transit = await TransitWorld.open();
  return {
    keys: await transit.keys(),
    advance: (ms) => transit.world.clock.advance(ms),
    reopen: async () => transit.keys(),
    [Symbol.asyncDispose]: async () => transit[Symbol.asyncDispose](),
  };
});

const newKey = { projectId: "p" as ProjectId, alias: "a", description: "", enterpriseProjectId: "0", isDefault: false };
const code = (expected: string) => (error: ServiceError) => error.code === expected;

async function oneKey(keys: KeyService) {
  const { id } = await keys.createKey(newKey, { mostInProject: 10 });
  return { id, ...(await keys.createDataKey(id)) };
}

test("a key is deleted in the engine when its time has come, and not before", async () => {
  await using transit = await TransitWorld.open();
  const keys = await transit.keys();
  const { id } = await oneKey(keys);
  await keys.scheduleDeletion(id, 7);
  assert.ok(transit.double.keys.has(`tintype-${id}`));
  transit.world.clock.advance(7 * 24 * 60 * 60 * 1000);
  await keys.listKeys(newKey.projectId);
  assert.equal(transit.double.keys.size, 0);
});

test("a key that cannot be deleted in the engine now is gone all the same, and deleted later", async () => {
  await using transit = await TransitWorld.open();
  const keys = await transit.keys();
  const { id, wrapped } = await oneKey(keys);
  await keys.scheduleDeletion(id, 7);
  transit.world.clock.advance(7 * 24 * 60 * 60 * 1000);
  transit.double.interfere = () => ({ status: 503, body: { errors: ["Vault is sealed"] } });
  assert.deepEqual(await keys.listKeys(newKey.projectId), []);
  await assert.rejects(keys.decryptDataKey(wrapped), code("KMS.0207"));
  assert.match(transit.world.warnings.join(), /cannot be removed yet/);
  transit.double.interfere = () => undefined;
  await keys.listKeys(newKey.projectId);
  assert.equal(transit.double.keys.size, 0);
});

test("a disabled key is refused here, before the engine is asked", async () => {
  await using transit = await TransitWorld.open();
  const keys = await transit.keys();
  const { id, wrapped } = await oneKey(keys);
  await keys.disable(id);
  const { length } = transit.double.calls;
  await assert.rejects(keys.decryptDataKey(wrapped), code("KMS.0209"));
  assert.equal(transit.double.calls.length, length);
});

test("a sealed, failing, unreachable or foreign server is KMS.0104, which may be repeated, and tells no secret", async () => {
  await using transit = await TransitWorld.open();
  const keys = await transit.keys();
  const { wrapped } = await oneKey(keys);
  for (const status of [403, 429, 500, 503]) {
    transit.double.interfere = () => ({ status, body: { errors: ["s.double"] } });
    await assert.rejects(keys.decryptDataKey(wrapped), (error: ServiceError) => {
      assert.doesNotMatch(error.message, /s\.double/);
      return error.code === "KMS.0104" && error.retryable;
    });
  }
  transit.double.interfere = () => ({ status: 404, body: { errors: ["no handler for route"] } });
  await assert.rejects(keys.decryptDataKey(wrapped), code("KMS.0104"));
  transit.double.interfere = () => ({ status: 200, body: { data: "x".repeat(300_000) } });
  await assert.rejects(keys.decryptDataKey(wrapped), code("KMS.0104"));
  transit.double.interfere = () => ({ status: 200, body: {} });
  await assert.rejects(keys.decryptDataKey(wrapped), code("KMS.0104"));
});

test("a server that is away lets the service start, with a warning, and works once it is back", async () => {
  await using transit = await TransitWorld.open();
  transit.double.interfere = () => ({ status: 503, body: { errors: [] } });
  const keys = await transit.keys();
  assert.match(transit.world.warnings.join(), /cannot use its Vault/);
  await assert.rejects(oneKey(keys), code("KMS.0104"));
  transit.double.interfere = () => undefined;
  await oneKey(keys);
});

test("a key that somebody deleted in the engine is told as missing there", async () => {
  await using transit = await TransitWorld.open();
  const keys = await transit.keys();
  const { id, wrapped } = await oneKey(keys);
  transit.double.keys.clear();
  await assert.rejects(keys.decryptDataKey(wrapped), code("KMS.0101"));
  await assert.rejects(keys.rotate(id), code("KMS.0101"));
});

test("the token is read anew for every call, so that an agent may renew it", async () => {
  await using transit = await TransitWorld.open();
  const keys = await transit.keys();
  const { wrapped } = await oneKey(keys);
  await writeFile(transit.tokenFile, "s.old");
  await assert.rejects(keys.decryptDataKey(wrapped), code("KMS.0104"));
  await rm(transit.tokenFile);
  await assert.rejects(keys.decryptDataKey(wrapped), code("KMS.0104"));
  await writeFile(transit.tokenFile, transit.double.token, { mode: 0o600 });
  await keys.decryptDataKey(wrapped);
});

test("a token file that is missing, empty or readable by everyone refuses the start", async () => {
  await using transit = await TransitWorld.open();
  await chmod(transit.tokenFile, 0o604);
  await assert.rejects(transit.keys(), KeySetupError);
  await chmod(transit.tokenFile, 0o600);
  await writeFile(transit.tokenFile, "\n");
  await assert.rejects(transit.keys(), KeySetupError);
  await rm(transit.tokenFile);
  await assert.rejects(transit.keys(), KeySetupError);
});

test("a damaged register refuses the start", async () => {
  await using transit = await TransitWorld.open();
  await oneKey(await transit.keys());
  const path = join(transit.world.folder, "transit-keys.json");
  for (const text of ["", "{}", '{"format":"tintype-transit-keys","version":1,"keys":[{}]}']) {
    await writeFile(path, text);
    await assert.rejects(transit.keys(), KeySetupError);
  }
});
