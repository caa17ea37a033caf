import * as fc from "fast-check";
import { TestDisk } from "../../core/testing/test-disk.ts";
import type { TestContent, TestRun } from "../../core/testing/test-disk.ts";

/** Runs of up to 3 MiB with gaps between them, at sector boundaries, in a disk that may end anywhere behind them. For tests. */
export const randomDisks: fc.Arbitrary<TestDisk> = fc
  .record({
    parts: fc.array(
      fc.record({
        gap: fc.nat({ max: 10_000 }),
        sectors: fc.integer({ min: 1, max: 6000 }),
        content: fc.constantFrom<TestContent>("noise", "text", "zeros"),
        isData: fc.boolean(),
      }),
      { maxLength: 4 },
    ),
    tailSectors: fc.nat({ max: 10_000 }),
  })
  .map(({ parts, tailSectors }) => {
    let offset = 0;
    const runs = parts.map(({ gap, sectors, content, isData }): TestRun => {
      const run = { offset: offset + gap * 512, length: sectors * 512 };
      offset = run.offset + run.length;
      return isData ? { ...run, content } : { ...run, content: "zeros", kind: "zero" };
    });
    return new TestDisk(Math.max(offset + tailSectors * 512, 512), runs);
  });
