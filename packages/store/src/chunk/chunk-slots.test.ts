import assert from "node:assert/strict";
import { it } from "node:test";
import { ChunkSlots } from "./chunk-slots.ts";

it("gives out no more slots than there are, and then to those who wait in the order of asking", async () => {
  const slots = new ChunkSlots(64, 2);
  const first = await slots.acquire();
  const second = await slots.acquire();
  assert.notEqual(first, second);
  assert.equal(first.bytes.length, 64);
  const order: string[] = [];
  const waiting = ["a", "b", "c"].map(async (name) => {
    const slot = await slots.acquire();
    order.push(name);
    slots.release(slot);
  });
  await Promise.resolve();
  assert.deepEqual(order, []);
  slots.release(second);
  await Promise.all(waiting);
  assert.deepEqual(order, ["a", "b", "c"]);
  slots.release(first);
});

it("shares its memory with other threads", async () => {
  const slot = await new ChunkSlots(64, 1).acquire();
  slot.bytes[3] = 9;
  assert.equal(new Uint8Array(slot.memory)[3], 9);
});
