import assert from "node:assert/strict";
import { test } from "node:test";
import { backendContract, smallFiles } from "./backend.contract.ts";
import { limitedBackend } from "./limited-backend.ts";
import { memoryBackend } from "./memory/memory-backend.ts";
import { memoryPlace } from "./testing/memory-place.ts";

backendContract("memory, limited", async () => memoryPlace((backend) => limitedBackend(backend, { concurrency: 1 })), smallFiles);

test("calls above the limit wait, and an aborted read leaves the queue", async () => {
  const gate = Promise.withResolvers<void>();
  const asked: string[] = [];
  await using backend = limitedBackend(
    {
      ...memoryBackend(new Map([["a", Buffer.from("a")]])),
      sizeOf: async (name) => {
        asked.push(name);
        await gate.promise;
        return 1;
      },
    },
    { concurrency: 2 },
  );
  const sizes = ["1", "2", "3", "4"].map((name) => backend.sizeOf(name));
  const stop = new AbortController();
  const read = backend.read("a", 0, [Buffer.alloc(1)], { signal: stop.signal });
  await new Promise(setImmediate);
  assert.deepEqual(asked, ["1", "2"]);
  stop.abort(new Error("enough"));
  await assert.rejects(read, { message: "enough" });
  gate.resolve();
  assert.deepEqual(await Promise.all(sizes), [1, 1, 1, 1]);
  assert.deepEqual(asked, ["1", "2", "3", "4"]);
});

test("files can be read while a listing is open, with a single place", async () => {
  const files = new Map(["a", "b"].map((name) => [name, Buffer.from(name)]));
  await using backend = limitedBackend(memoryBackend(files), { concurrency: 1 });
  const target = Buffer.alloc(1);
  const contents: string[] = [];
  for await (const { name } of backend.list("")) {
    await backend.read(name, 0, [target]);
    contents.push(target.toString());
  }
  assert.deepEqual(contents, ["a", "b"]);
});
