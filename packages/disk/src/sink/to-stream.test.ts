import assert from "node:assert/strict";
import { test } from "node:test";
import { TestDisk } from "../core/testing/test-disk.ts";
import { planAllocatingQcow2 } from "../qcow2/plan-allocating-qcow2.ts";
import { planRaw } from "../raw/plan-raw.ts";
import { toStream } from "./to-stream.ts";

test("a stream carries every byte of the file, with zeros where no piece is", async () => {
  const disk = new TestDisk(5_000_192, [
    { offset: 700_416, length: 1024, content: "noise" },
    { offset: 3_000_320, length: 512, content: "text" },
  ]);
  const chunks = await Array.fromAsync(toStream(await planRaw(disk)));
  assert.ok(Buffer.concat(chunks).equals(await disk.read(0, disk.virtualSizeBytes)));
});

test("chunks stay as they are when a reader keeps them", async () => {
  const disk = new TestDisk(20_971_520, [{ offset: 0, length: 20_971_520, content: "noise" }]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of toStream(await planRaw(disk))) {
    chunks.push(chunk);
  }
  assert.ok(Buffer.concat(chunks).equals(await disk.read(0, disk.virtualSizeBytes)));
});

test("a plan that goes back is refused before anything is read", async () => {
  const plan = await planAllocatingQcow2(new TestDisk(512, []));
  assert.throws(() => toStream(plan), { code: "disk.unsupported", message: /cannot be streamed/ });
});

test("a sequential plan of unknown length ends with its last piece", async () => {
  const disk = new TestDisk(5_000_192, [{ offset: 700_416, length: 1024, content: "noise" }]);
  const plan = { ...(await planRaw(disk)), totalBytes: undefined };
  const chunks = await Array.fromAsync(toStream(plan));
  assert.ok(Buffer.concat(chunks).equals(await disk.read(0, 701_440)));
});

test("an abort ends the stream, also inside a long run of zeros", async () => {
  const abort = new AbortController();
  let sentBytes = 0;
  const read = async (): Promise<void> => {
    for await (const chunk of toStream(await planRaw(new TestDisk(2 ** 40, [])), { signal: abort.signal })) {
      sentBytes += chunk.length;
      abort.abort(new Error("enough"));
    }
  };
  await assert.rejects(read(), /enough/);
  assert.equal(sentBytes, 262_144);
});
