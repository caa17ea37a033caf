import assert from "node:assert/strict";
import { test } from "node:test";
import { PieceBuilder } from "./piece-builder.ts";

const memory = Uint8Array.from({ length: 10 }, (_, index) => index);

test("neighbours in memory and in the file become one piece, others do not", () => {
  const builder = new PieceBuilder();
  builder.add(100, memory, [0, 2]);
  builder.add(102, memory, [2, 4]);
  builder.add(104, memory, [5, 6]);
  builder.add(200, memory, [6, 7]);
  builder.add(201, Uint8Array.of(77), [0, 1]);
  const pieces = builder.pieces(() => {}).map(({ offset, bytes }) => ({ offset, bytes: [...bytes] }));
  assert.deepEqual(pieces, [
    { offset: 100, bytes: [0, 1, 2, 3] },
    { offset: 104, bytes: [5] },
    { offset: 200, bytes: [6] },
    { offset: 201, bytes: [77] },
  ]);
});

test("the memory is released when the last piece is, and at once when there is none", () => {
  let released = 0;
  const builder = new PieceBuilder();
  builder.add(0, memory, [0, 1]);
  builder.add(5, memory, [1, 2]);
  const pieces = builder.pieces(() => (released += 1));
  pieces[1]?.release?.();
  assert.equal(released, 0);
  pieces[0]?.release?.();
  assert.equal(released, 1);
  new PieceBuilder().pieces(() => (released += 1));
  assert.equal(released, 2);
});
