import * as fc from "fast-check";
import { TestDisk } from "./test-disk.ts";
import type { TestContent, TestRun } from "./test-disk.ts";

/** How many sectors of 512 bytes there are in a gap, in a run, and behind the last one; and how many runs. */
export interface RandomShape {
  readonly gap: fc.Arbitrary<number>;
  readonly sectors: fc.Arbitrary<number>;
  readonly maxTailSectors: number;
  readonly maxRuns: number;
}

/** Disks of runs with gaps between them, at sector boundaries, in a disk that may end anywhere behind them. */
export function randomTestDisks({ gap, sectors, maxTailSectors, maxRuns }: RandomShape): fc.Arbitrary<TestDisk> {
  const content = fc.constantFrom<TestContent>("noise", "text", "zeros");
  const parts = fc.array(fc.record({ gap, sectors, content, isData: fc.boolean() }), { maxLength: maxRuns });
  return fc.record({ parts, tailSectors: fc.nat({ max: maxTailSectors }) }).map(({ parts, tailSectors }) => {
    let offset = 0;
    const runs = parts.map(({ gap, sectors, content, isData }): TestRun => {
      const run = { offset: offset + gap * 512, length: sectors * 512 };
      offset = run.offset + run.length;
      return isData ? { ...run, content } : { ...run, content: "zeros", kind: "zero" };
    });
    return new TestDisk(Math.max(offset + tailSectors * 512, 512), runs);
  });
}
