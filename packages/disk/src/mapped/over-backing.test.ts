import assert from "node:assert/strict";
import { test } from "node:test";
import { TestDisk } from "../core/testing/test-disk.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { openRaw } from "../raw/open-raw.ts";
import { openQcow2 } from "../qcow2/open-qcow2.ts";
import { buildQcow2 } from "../qcow2/testing/build-qcow2.ts";
import { MemorySource } from "../source/memory-source.ts";
import { overBacking } from "./over-backing.ts";

const CLUSTER = 65_536;
const BACKING_FORMAT = 0xe2792aca;

/** An image of four clusters that holds the second one, and says that the others are in a file beneath. */
function overlay(format?: string): MemorySource {
  const { file } = buildQcow2({
    sizeBytes: 4 * CLUSTER,
    clusters: new Map([
      [1, { kind: "data", bytes: Buffer.alloc(CLUSTER, 2) }],
      [2, { kind: "zero" }],
    ]),
    extensions: format === undefined ? [] : [{ type: BACKING_FORMAT, data: Buffer.from(format) }],
  });
  file.writeBigUInt64BE(400n, 8);
  return new MemorySource(file);
}

const base = (): Promise<VirtualDisk> => openRaw(new MemorySource(Buffer.alloc(3 * CLUSTER, 1)));

test("R-242: what an image does not hold is read from the backing file that is given, and zeros behind its end", async () => {
  for (const format of [undefined, "raw", "file"]) {
    await using disk = await openQcow2(overlay(format), { parent: await base() });
    const expected = Buffer.concat([1, 2, 0, 0].map((value) => Buffer.alloc(CLUSTER, value)));
    assert.ok(expected.equals(await disk.read(0, 4 * CLUSTER)));
    assert.equal(disk.format, "qcow2");
  }
});

test("R-242: without its backing file, and over one of another format than it states, an image is refused", async () => {
  await assert.rejects(openQcow2(overlay()), { code: "disk.unsafe", message: /needs a backing file/ });
  for (const format of ["qcow2", "vpc", "nbd"]) {
    await assert.rejects(openQcow2(overlay(format), { parent: await base() }), {
      code: "disk.unsafe",
      message: /and a raw disk was given/,
    });
  }
});

test("QEMU's own name of VHD is understood", async () => {
  const [top, given] = [new TestDisk(1024, []), new TestDisk(1024, [])];
  const asVhd: VirtualDisk = Object.assign(Object.create(given), { format: "vhd" });
  assert.equal((await overBacking(top, { isNeeded: true, format: "vpc", given: asVhd }, {})).virtualSizeBytes, 1024);
});
