import assert from "node:assert/strict";
import type { PlannedFile, WriteOptions } from "../disk-writer.ts";

/**
 * Collects a planned file in memory, as a sink that writes everything would, and checks what a plan promises of its pieces. For tests.
 *
 * Throws  AssertionError when pieces overlap, go back in a sequential plan, or leave the stated length
 */
export async function collectFile(plan: PlannedFile, options?: WriteOptions): Promise<Buffer> {
  const pieces: { offset: number; bytes: Buffer }[] = [];
  for await (const { offset, bytes, release } of plan.pieces(options)) {
    pieces.push({ offset, bytes: Buffer.from(bytes) });
    release?.();
  }
  const ascending = pieces.toSorted((one, other) => one.offset - other.offset);
  let endBytes = 0;
  for (const [index, { offset, bytes }] of ascending.entries()) {
    assert.ok(offset >= endBytes, `piece ${index} at ${offset} overlaps the one that ends at ${endBytes}`);
    endBytes = offset + bytes.length;
  }
  if (plan.sequential) {
    assert.deepEqual(pieces.map(offsetOf), ascending.map(offsetOf), "a sequential plan goes back");
  } else {
    assert.equal(pieces.at(-1)?.offset, 0, "the head is not the last piece");
  }
  assert.ok(endBytes <= (plan.totalBytes ?? endBytes), "a piece leaves the stated length");
  const file = Buffer.alloc(plan.totalBytes ?? endBytes);
  for (const { offset, bytes } of pieces) {
    bytes.copy(file, offset);
  }
  return file;
}

function offsetOf({ offset }: { readonly offset: number }): number {
  return offset;
}
