import assert from "node:assert/strict";
import { test } from "node:test";
import { describeByteSource } from "../core/byte-source.contract.ts";
import { MemorySource } from "./memory-source.ts";

describeByteSource("bytes in memory", async (content) => new MemorySource(content));

test("bytes come back by position, and a read that leaves them is refused", async () => {
  const source = new MemorySource(Buffer.from("0123456789"));
  assert.equal(Buffer.from(await source.read(3, 4)).toString(), "3456");
  const target = Buffer.alloc(2);
  await source.readInto(target, 8);
  assert.equal(target.toString(), "89");
  await assert.rejects(source.read(8, 3), RangeError);
});
