import assert from "node:assert/strict";
import { it } from "node:test";
import { ChunkTurns } from "./chunk-turns.ts";

it("lets no more begin than there is room for, and then in the order of asking", async () => {
  const turns = new ChunkTurns(10);
  const order: string[] = [];
  const begin = async (name: string, count: number): Promise<Disposable> => {
    const turn = await turns.take(count);
    order.push(name);
    return turn;
  };
  const [first, second] = await Promise.all([begin("first", 6), begin("second", 4)]);
  const large = begin("large", 8);
  const small = begin("small", 1);
  second[Symbol.dispose]();
  await Promise.resolve();
  assert.deepEqual(order, ["first", "second"]);
  first[Symbol.dispose]();
  for (const turn of await Promise.all([large, small])) {
    turn[Symbol.dispose]();
  }
  assert.deepEqual(order, ["first", "second", "large", "small"]);
});

it("gives everything to one that asks for more", async () => {
  const turns = new ChunkTurns(2);
  const all = await turns.take(100);
  const next = turns.take(1);
  all[Symbol.dispose]();
  (await next)[Symbol.dispose]();
});
