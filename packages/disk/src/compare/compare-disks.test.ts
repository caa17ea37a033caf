import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { openQcow2 } from "../qcow2/open-qcow2.ts";
import { buildQcow2 } from "../qcow2/testing/build-qcow2.ts";
import type { ClusterContent } from "../qcow2/testing/build-qcow2.ts";
import { openRaw } from "../raw/open-raw.ts";
import { MemorySource } from "../source/memory-source.ts";
import { compareDisks } from "./compare-disks.ts";

const MIB = 1024 * 1024;

const raw = (bytes: Uint8Array): Promise<VirtualDisk> => openRaw(new MemorySource(bytes));

test("two disks with the same content are equal whatever their formats", async () => {
  const bytes = Buffer.alloc(65_536, 7);
  const { file } = buildQcow2({ sizeBytes: 4 * 65_536, clusters: new Map([[2, { kind: "data", bytes }]]) });
  const content = Buffer.alloc(4 * 65_536);
  content.set(bytes, 2 * 65_536);
  assert.deepEqual(await compareDisks(await openQcow2(new MemorySource(file)), await raw(content)), {
    equal: true,
    sizeDifferenceBytes: 0,
  });
});

test("the first byte that differs is found, also behind the first piece that is read", async () => {
  const a = Buffer.alloc(5 * MIB, 1);
  const b = Buffer.from(a);
  b[4 * MIB + 12_345] = 2;
  b[4 * MIB + 12_346] = 2;
  assert.deepEqual(await compareDisks(await raw(a), await raw(b)), { equal: false, offset: 4 * MIB + 12_345, sizeDifferenceBytes: 0 });
});

test("data against a hole differs at the first byte that is not zero", async () => {
  const bytes = Buffer.alloc(65_536);
  bytes[100] = 1;
  const empty = buildQcow2({ sizeBytes: 65_536, clusters: new Map() });
  assert.deepEqual(await compareDisks(await openQcow2(new MemorySource(empty.file)), await raw(bytes)), {
    equal: false,
    offset: 100,
    sizeDifferenceBytes: 0,
  });
});

test("a longer disk that ends in zeros is equal, and the difference in size is told", async () => {
  assert.deepEqual(
    await compareDisks(await raw(Buffer.alloc(1024, 3)), await raw(Buffer.concat([Buffer.alloc(1024, 3), Buffer.alloc(512)]))),
    {
      equal: true,
      sizeDifferenceBytes: 512,
    },
  );
});

test("a longer disk that goes on with data differs where the data begins, on either side", async () => {
  const short = Buffer.alloc(1024, 3);
  const long = Buffer.concat([short, Buffer.alloc(600), Buffer.alloc(424, 9)]);
  assert.deepEqual(await compareDisks(await raw(short), await raw(long)), { equal: false, offset: 1624, sizeDifferenceBytes: 1024 });
  assert.deepEqual(await compareDisks(await raw(long), await raw(short)), { equal: false, offset: 1624, sizeDifferenceBytes: -1024 });
});

test("the answer is that of comparing the contents byte by byte", async () => {
  const layout = fc.array(fc.constantFrom("data" as const, "zero-allocated" as const), { maxLength: 6 });
  const flips = fc.array(fc.nat(6 * 512 - 1), { maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(layout, flips, async (kinds, flipped) => {
      const bytes = Buffer.alloc(512, 5);
      const clusters = new Map<number, ClusterContent>(kinds.map((kind, index) => [index, { kind, bytes }]));
      const { file } = buildQcow2({ sizeBytes: 6 * 512, clusterBits: 9, clusters });
      const disk = await openQcow2(new MemorySource(file));
      const content = Buffer.from(await disk.read(0, 6 * 512));
      for (const offset of flipped) {
        content[offset] = 77;
      }
      const offset = flipped.length === 0 ? undefined : Math.min(...flipped);
      const expected = offset === undefined ? { equal: true, sizeDifferenceBytes: 0 } : { equal: false, offset, sizeDifferenceBytes: 0 };
      assert.deepEqual(await compareDisks(disk, await raw(content)), expected);
    }),
    { numRuns: 50 },
  );
});

test("a comparison that is aborted throws the reason", async () => {
  const disk = await openQcow2(new MemorySource(buildQcow2({ sizeBytes: 65_536, clusters: new Map() }).file));
  const signal = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(compareDisks(disk, disk, { signal }), /stopped/);
});
