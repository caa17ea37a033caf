import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { memoryOf } from "./bench-case.ts";
import type { BenchCase, BenchResult } from "./bench-case.ts";
import { freshFolder } from "./bench-folder.ts";
import { measure } from "./measure.ts";

const converter = new URL("../convert-child.js", import.meta.url).pathname;
const forms = [
  { format: "qcow2", codec: "zlib", subformat: "" },
  { format: "vmdk", codec: "zlib", subformat: "streamOptimized" },
  { format: "vhd", codec: "none", subformat: "" },
] as const;

/** How much is stored of what is alike. */
export const sizeCases: readonly BenchCase[] = [
  {
    name: "dedup formats",
    run: async (folder) => {
      const root = await freshFolder(folder, "formats");
      const stored: number[] = [];
      const peaks: BenchResult[] = [];
      for (const [number, { format, codec, subformat }] of forms.entries()) {
        const path = join(folder.path, `debian.${format}`);
        execFileSync(process.execPath, [
          "--disable-warning=ExperimentalWarning",
          converter,
          "raw",
          folder.debian,
          format,
          path,
          codec,
          subformat,
        ]);
        const measured = await measure("ingest", { root, source: { path, format }, blob: number + 1 });
        stored.push(measured.figures["storedBytes"] ?? NaN);
        peaks.push(memoryOf(`import of Debian as ${format}`, measured.peakRssMiB));
        execFileSync("rm", [path]);
      }
      const name = "Debian as QCOW2, VMDK and VHD / as QCOW2 alone";
      const figures = stored.map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`).join(", ");
      return [{ name, value: (stored[2] ?? NaN) / (stored[0] ?? NaN), budget: { most: 1.02 }, figures }, ...peaks];
    },
  },
  {
    name: "dedup snapshots",
    run: async (folder) => {
      const root = await freshFolder(folder, "snapshots");
      const source = { path: folder.debian, format: "raw" } as const;
      const first = await measure("ingest", { root, source });
      const rest = await measure("snapshots", { root, source, count: 20 });
      const [one, all] = [first.figures["storedBytes"] ?? NaN, rest.figures["storedBytes"] ?? NaN];
      const name = "Debian and 20 snapshots, 1 % changed each in runs of 4 MiB / Debian alone";
      const figures = `${(one / 1e6).toFixed(1)} MB, then ${(all / 1e6).toFixed(1)} MB`;
      return [{ name, value: all / one, budget: { most: 1.3 }, figures }, memoryOf(name, rest.peakRssMiB)];
    },
  },
];
