import assert from "node:assert/strict";
import { test } from "node:test";
import { backendContract, smallFiles } from "../backend.contract.ts";
import { memoryBackend } from "../memory/memory-backend.ts";
import { faultyBackend } from "./faulty-backend.ts";
import type { Fault } from "./faulty-backend.ts";
import { memoryPlace } from "./memory-place.ts";
import { seededFaults } from "./seeded-faults.ts";

backendContract("memory, slow", async () => memoryPlace((backend) => faultyBackend(backend, () => "slow")), smallFiles);

const bytes = Buffer.from("x");
const lost = { code: "store.io", message: /^Scripted fault/ };

/** A backend to which these things happen, one call after the other. */
const scripted = (...faults: (Fault | undefined)[]) => faultyBackend(memoryBackend(), () => faults.shift());

test("a fault before leaves things undone, one after leaves them done", async () => {
  const backend = scripted("before", undefined, "after", undefined, "after", undefined);
  await assert.rejects(backend.put("a", { bytes }), lost);
  assert.equal(await backend.sizeOf("a"), undefined);
  await assert.rejects(backend.put("a", { bytes }), lost);
  assert.equal(await backend.sizeOf("a"), 1);
  await assert.rejects(backend.remove("a"), lost);
  assert.equal(await backend.sizeOf("a"), undefined);
});

test("a partial read fills some and fails, a partial listing names some and fails", async () => {
  const backend = scripted(undefined, undefined, "partial", "partial");
  await backend.put("a", { bytes: Buffer.from("abcd") });
  await backend.put("b", { bytes });
  const target = Buffer.from("....");
  await assert.rejects(backend.read("a", 0, [target]), lost);
  assert.equal(target.toString(), "ab..");
  const names: string[] = [];
  await assert.rejects(async () => {
    for await (const { name } of backend.list("")) {
      names.push(name);
    }
  }, lost);
  assert.deepEqual(names, ["a"]);
});

test("a stale listing shows what the one before it did", async () => {
  const backend = scripted(undefined, "stale", undefined, undefined, "stale", undefined);
  const listed = async () => (await Array.fromAsync(backend.list(""))).map(({ name }) => name);
  await backend.put("a", { bytes });
  assert.deepEqual(await listed(), []);
  assert.deepEqual(await listed(), ["a"]);
  await backend.put("b", { bytes });
  assert.deepEqual(await listed(), ["a"]);
  assert.deepEqual(await listed(), ["a", "b"]);
});

test("a seed gives the same faults again, about as many as asked for, and none that were left out", () => {
  const draw = (seed: string) => {
    const script = seededFaults(seed, 30, ["slow"]);
    return Array.from({ length: 1000 }, (_, index) => script(index % 2 === 0 ? "read" : "put", "a"));
  };
  const faults = draw("seed");
  assert.deepEqual(draw("seed"), faults);
  assert.notDeepEqual(draw("other"), faults);
  const count = faults.filter((fault) => fault !== undefined).length;
  assert.ok(count > 230 && count < 370, String(count));
  assert.deepEqual(new Set(faults), new Set(["after", "before", "partial", undefined]));
});
