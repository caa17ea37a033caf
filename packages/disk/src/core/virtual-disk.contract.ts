import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fillFrom } from "./fill-from.ts";
import { listExtents } from "./testing/list-extents.ts";
import { SeededRandom } from "./testing/seeded-random.ts";
import type { VirtualDisk } from "./virtual-disk.ts";

/** A disk, and what a guest should read from it. */
export interface KnownDisk {
  readonly disk: VirtualDisk;
  readonly content: Buffer;
}

/** What every virtual disk must do. `open` makes a disk of some KiB whose content is known, anew for each test. */
export function describeVirtualDisk(name: string, open: () => Promise<KnownDisk>): void {
  const withDisk = async (work: (known: KnownDisk) => Promise<void>): Promise<void> => {
    const known = await open();
    await using disk = known.disk;
    await work({ disk, content: known.content });
  };

  describe(`${name} as a virtual disk`, () => {
    it("has whole sectors", () =>
      withDisk(async ({ disk, content }) => {
        assert.equal(disk.virtualSizeBytes, content.length);
        assert.equal(disk.virtualSizeBytes % 512, 0);
        assert.ok(disk.sectorSizeBytes === 512 || disk.sectorSizeBytes === 4096);
      }));

    it("gives any range, one after the other and side by side", () =>
      withDisk(async ({ disk, content }) => {
        const random = new SeededRandom(78);
        assert.ok(content.equals(await disk.read(0, content.length)));
        await Promise.all(
          Array.from({ length: 40 }, async () => {
            const offset = random.below(content.length + 1);
            const length = random.below(content.length - offset + 1);
            assert.ok(content.subarray(offset, offset + length).equals(await disk.read(offset, length)), `${length} at ${offset}`);
            const target = Buffer.alloc(length, 0xee);
            await fillFrom(disk, target, offset);
            assert.ok(content.subarray(offset, offset + length).equals(target), `${length} at ${offset} into memory`);
          }),
        );
      }));

    it("refuses ranges that leave it or are none", () =>
      withDisk(async ({ disk, content }) => {
        for (const [offset, length] of [
          [0, content.length + 1],
          [content.length, 1],
          [-1, 1],
          [0, -1],
          [0.5, 1],
        ] as const) {
          await assert.rejects(disk.read(offset, length), RangeError, `${length} at ${offset}`);
        }
      }));

    it("does not read for a caller that has given up", () =>
      withDisk(async ({ disk, content }) => {
        const reason = new Error("given up");
        await assert.rejects(disk.read(0, content.length, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
      }));

    it("lists extents that ascend, cover it without gaps, and are zeros where they are not data; again and again", () =>
      withDisk(async ({ disk, content }) => {
        const extents = await listExtents(disk);
        let end = 0;
        for (const { offset, length, kind } of extents) {
          assert.equal(offset, end);
          assert.ok(length > 0);
          end += length;
          assert.ok(kind === "data" || content.subarray(offset, end).every((byte) => byte === 0), `${kind} at ${offset}`);
        }
        assert.equal(end, content.length);
        assert.deepEqual(await listExtents(disk), extents);
      }));

    it("can be closed twice", async () => {
      const { disk } = await open();
      await disk[Symbol.asyncDispose]();
      await disk[Symbol.asyncDispose]();
    });
  });
}
