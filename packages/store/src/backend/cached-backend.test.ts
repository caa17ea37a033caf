import assert from "node:assert/strict";
import { test } from "node:test";
import { backendContract, smallFiles } from "./backend.contract.ts";
import type { Backend } from "./backend.ts";
import { cachedBackend } from "./cached-backend.ts";
import { memoryBackend } from "./memory/memory-backend.ts";
import { memoryPlace } from "./testing/memory-place.ts";

const keepsAll = { keeps: () => true, limitBytes: 1_000_000, fileLimitBytes: 1000 };

backendContract("memory, cached", async () => memoryPlace((backend) => cachedBackend(backend, keepsAll)), smallFiles);
backendContract(
  "memory, cached whole",
  async () => memoryPlace((backend) => cachedBackend(backend, { ...keepsAll, fileLimitBytes: 400_000 })),
  smallFiles,
);

/** Files of 900 bytes, and one that is too long; `reads` are those that reached the backend. */
function counted(): { readonly backend: Backend; readonly reads: string[] } {
  const files = new Map(["m/1", "m/2", "m/3", "packs/1"].map((name) => [name, Buffer.alloc(900, name)]));
  files.set("m/long", Buffer.alloc(1001));
  const inner = memoryBackend(files);
  const reads: string[] = [];
  const read: Backend["read"] = (name, ...rest) => {
    reads.push(name);
    return inner.read(name, ...rest);
  };
  return { backend: { ...inner, read }, reads };
}

async function firstByte(backend: Backend, name: string, offset = 0): Promise<string> {
  const target = Buffer.alloc(1);
  assert.equal(await backend.read(name, offset, [target]), 1);
  return target.toString();
}

test("a kept file is read once, whatever parts of it are asked for", async () => {
  const { backend, reads } = counted();
  await using cached = cachedBackend(backend, keepsAll);
  assert.equal(await firstByte(cached, "m/1"), "m");
  assert.equal(await firstByte(cached, "m/1", 2), "1");
  assert.equal(await cached.sizeOf("m/1"), 900);
  assert.equal(await cached.read("m/1", 900, [Buffer.alloc(1)]), 0);
  assert.deepEqual(reads, ["m/1"]);
});

test("files that are not to be kept, or too long, are read each time", async () => {
  const { backend, reads } = counted();
  await using cached = cachedBackend(backend, { ...keepsAll, keeps: (name) => name.startsWith("m/") });
  for (const name of ["packs/1", "packs/1", "m/long", "m/long"]) {
    await firstByte(cached, name);
  }
  assert.equal(await cached.sizeOf("m/long"), 1001);
  // The first read of the long one finds out that it is long.
  assert.deepEqual(reads, ["packs/1", "packs/1", "m/long", "m/long", "m/long"]);
});

test("the files used last stay within the limit", async () => {
  const { backend, reads } = counted();
  await using cached = cachedBackend(backend, { ...keepsAll, limitBytes: 3000 });
  for (const name of ["m/1", "m/2", "m/1", "m/3", "m/1", "m/2"]) {
    await firstByte(cached, name);
  }
  assert.deepEqual(reads, ["m/1", "m/2", "m/3", "m/2"]);
});

test("a removed file is forgotten, also one that was being read", async () => {
  const inner = memoryBackend(new Map([["m/1", Buffer.from("x")]]));
  const gate = Promise.withResolvers<void>();
  const read: Backend["read"] = async (...all) => {
    const length = await inner.read(...all);
    await gate.promise;
    return length;
  };
  await using cached = cachedBackend({ ...inner, read }, keepsAll);
  const reading = firstByte(cached, "m/1");
  await cached.remove("m/1");
  gate.resolve();
  assert.equal(await reading, "x");
  assert.equal(await cached.sizeOf("m/1"), undefined);
  await assert.rejects(firstByte(cached, "m/1"), { code: "store.missing" });
});
