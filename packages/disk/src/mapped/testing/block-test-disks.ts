import * as fc from "fast-check";
import { randomTestDisks } from "../../core/testing/random-test-disks.ts";
import { TestDisk } from "../../core/testing/test-disk.ts";

const MIB = 1024 * 1024;
const TIB = 1024 * 1024 * MIB;

/** Disks of some blocks of 2 MiB. */
export const blockTestDisks: fc.Arbitrary<TestDisk> = randomTestDisks({
  gap: fc.oneof(fc.nat({ max: 200 }), fc.nat({ max: 9000 })),
  sectors: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 5000 })),
  maxTailSectors: 6000,
  maxRuns: 4,
});

/** One disk for each shape that writers stumble over. */
export const shapedTestDisks: Readonly<Record<string, TestDisk>> = {
  tiny: new TestDisk(512, [{ offset: 0, length: 512, content: "text" }]),
  empty: new TestDisk(10 * MIB, []),
  "of odd size": new TestDisk(3 * MIB + 1536, [{ offset: 70 * 1024, length: 2 * MIB, content: "noise" }]),
  "with an unaligned tail": new TestDisk(5 * MIB + 512, [{ offset: 5 * MIB - 1024, length: 1536, content: "text" }]),
  full: new TestDisk(6 * MIB, [
    { offset: 0, length: 3 * MIB, content: "noise" },
    { offset: 3 * MIB, length: 3 * MIB, content: "text" },
  ]),
  "of zeros that count as data": new TestDisk(6 * MIB, [{ offset: 0, length: 6 * MIB, content: "zeros" }]),
  sparse: new TestDisk(
    4096 * MIB,
    Array.from({ length: 20 }, (_, index) => ({ offset: index * 204 * MIB + 4096, length: 4096 + index * 2048, content: "text" as const })),
  ),
  "of nearly 2 TiB": new TestDisk(2040 * 1024 * MIB, [
    { offset: 512, length: 100 * 1024, content: "text" },
    { offset: TIB, length: MIB, content: "noise" },
    { offset: 2040 * 1024 * MIB - 512, length: 512, content: "text" },
  ]),
};

/** A disk that no VHD can hold. */
export const largeTestDisk = new TestDisk(2 * TIB + 3 * MIB, [
  { offset: 512, length: 100 * 1024, content: "text" },
  { offset: TIB, length: MIB, content: "noise" },
  { offset: 2 * TIB + 2 * MIB, length: MIB, content: "text" },
]);
