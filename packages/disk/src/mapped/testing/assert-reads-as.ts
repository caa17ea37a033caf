import assert from "node:assert/strict";
import { listExtents } from "../../core/testing/list-extents.ts";
import type { VirtualDisk } from "../../core/virtual-disk.ts";

/** Asserts that a disk has this content, as a whole and in these ranges (cut to fit), and that its extents tell where there is none. */
export async function assertReadsAs(disk: VirtualDisk, content: Buffer, ranges: readonly (readonly [number, number])[]): Promise<void> {
  assert.equal(disk.virtualSizeBytes, content.length);
  for (const [a, b] of [[0, content.length] as const, ...ranges]) {
    const offset = a % (content.length + 1);
    const expected = content.subarray(offset, offset + (b % (content.length - offset + 1)));
    const target = Buffer.alloc(expected.length, 0xee);
    await disk.readInto?.(target, offset);
    assert.ok(expected.equals(target), `${expected.length} bytes at ${offset}`);
  }
  let end = 0;
  let previous = "";
  for (const { offset, length, kind } of await listExtents(disk)) {
    assert.equal(offset, end);
    assert.notEqual(kind, previous);
    [end, previous] = [offset + length, kind];
    assert.ok(kind === "data" || content.subarray(offset, end).equals(Buffer.alloc(length)), `${kind} at ${offset}`);
  }
  assert.equal(end, content.length);
}
