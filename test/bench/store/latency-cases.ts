import { memoryOf } from "./bench-case.ts";
import type { BenchCase } from "./bench-case.ts";
import { dropPages, freshFolder } from "./bench-folder.ts";
import { measure } from "./measure.ts";

const [gibibyte, tebibyte] = [2 ** 30, 2 ** 40];

/** What must cost the same whatever the size. */
export const latencyCases: readonly BenchCase[] = [
  {
    name: "random read",
    run: async (folder) => {
      const root = await freshFolder(folder, "random-reads");
      // A tenth of the chunks holds data: 10 GiB to write instead of 100.
      await measure("scatter", { root, lengthBytes: 100 * gibibyte, everyBytes: 10 * 512 * 1024 });
      await dropPages(root);
      const { figures, peakRssMiB } = await measure("randomReads", { root, count: 2000 });
      const { reads = NaN, calls = NaN, listCalls = NaN, bytes = NaN, medianMs = NaN, p99Ms = NaN } = figures;
      const name = "random 4 KiB read of a 100 GiB image, cold: chunks fetched";
      const read = `${reads} reads: ${calls} calls, ${listCalls} of them for lists, ${(bytes / reads / 1024).toFixed(0)} KiB each`;
      return [
        { name, value: (calls - listCalls) / reads, unit: "a read", budget: { most: 1 }, figures: read },
        { name: "random 4 KiB read: p99", value: p99Ms, unit: "ms", figures: `median ${medianMs.toFixed(2)} ms` },
        memoryOf(name, peakRssMiB),
      ];
    },
  },
  {
    name: "open",
    run: async (folder) => {
      const root = await freshFolder(folder, "open");
      await measure("scatter", { root, blob: 1, lengthBytes: gibibyte, everyBytes: 64 * 2 ** 20 });
      const { peakRssMiB } = await measure("scatter", { root, blob: 2, lengthBytes: 2 * tebibyte, everyBytes: 2 * gibibyte });
      const small = (await measure("openings", { root, blob: 1 })).figures;
      const large = (await measure("openings", { root, blob: 2 })).figures;
      const ratio = (figure: string): number => (large[figure] ?? NaN) / (small[figure] ?? NaN);
      const words = (figure: string): string => `${small[figure]?.toFixed(2)} ms, ${large[figure]?.toFixed(2)} ms`;
      return [
        {
          name: "open a 2 TiB image and read 4 KiB, no cache / 1 GiB",
          value: ratio("firstReadMs"),
          budget: { most: 1.5 },
          figures: words("firstReadMs"),
        },
        { name: "open a 2 TiB image (1024 lists) / 1 GiB", value: ratio("openMs"), figures: words("openMs") },
        memoryOf("writing 2 TiB, sparse", peakRssMiB),
      ];
    },
  },
  {
    name: "copy",
    run: async (folder) => {
      const root = await freshFolder(folder, "copy");
      await measure("scatter", { root, blob: 1, lengthBytes: gibibyte, everyBytes: 64 * 2 ** 20 });
      await measure("scatter", { root, blob: 2, lengthBytes: tebibyte, everyBytes: 2 * gibibyte });
      const small = await measure("copies", { root, blob: 1 });
      const large = await measure("copies", { root, blob: 2 });
      const [one, other] = [small.figures["medianMs"] ?? NaN, large.figures["medianMs"] ?? NaN];
      const name = "copy of 1 TiB, sparse / of 1 GiB";
      const figures = `${one.toFixed(2)} ms, ${other.toFixed(2)} ms, flushed`;
      return [{ name, value: other / one, budget: { most: 1.5 }, figures }, memoryOf(name, large.peakRssMiB)];
    },
  },
];
