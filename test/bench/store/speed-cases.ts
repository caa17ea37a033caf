import { runTimed } from "../run-timed.ts";
import { memoryOf } from "./bench-case.ts";
import type { BenchCase, BenchResult } from "./bench-case.ts";
import { freshFolder } from "./bench-folder.ts";
import type { BenchFolder } from "./bench-folder.ts";
import { leastOf, measure } from "./measure.ts";
import type { Measured } from "./measure.ts";
import type { MeasurementInput } from "./measurements.table.ts";

/** Speed of the store beside the speed of programs that do part of the work, in turns; of each the best run counts. */
export const speedCases: readonly BenchCase[] = [
  {
    name: "ingest random",
    run: async (folder, runs) => {
      const path = await folder.random();
      const peer = (): Promise<number> => shell(`sha256sum < '${path}'`);
      const ours = (): Promise<Measured> => ingest(folder, "random", { source: { path, format: "raw" } });
      return compare({ name: "ingest of 1 GiB random / sha256sum", least: 0.6, runs, peer, ours });
    },
  },
  {
    name: "ingest debian",
    run: async (folder, runs) => {
      const path = await folder.debianData();
      const peer = (): Promise<number> => shell(`zstd -1 -T0 -c '${path}' | sha256sum`);
      const ours = (): Promise<Measured> => ingest(folder, "debian", { source: { path: folder.debian, format: "raw" } });
      return compare({ name: "ingest of Debian / zstd -1 -T0 | sha256sum", least: 0.8, runs, peer, ours });
    },
  },
  {
    name: "ingest sealed",
    run: async (folder, runs) => {
      const source = { path: folder.debian, format: "raw" } as const;
      const peer = async (): Promise<number> => secondsOf(await ingest(folder, "plain", { source }));
      const ours = (): Promise<Measured> => ingest(folder, "sealed", { source, sealed: true });
      return compare({ name: "sealed ingest of Debian / plain", least: 0.7, runs, peer, ours });
    },
  },
  readCase(
    "random",
    "1 GiB random",
    (folder) => folder.random(),
    (folder) => folder.random(),
  ),
  readCase(
    "debian",
    "Debian",
    (folder) => folder.debianData(),
    async (folder) => folder.debian,
  ),
  {
    name: "verify",
    run: async (folder, runs) => {
      const path = await folder.debianData();
      const root = await filled(folder, "verified", { source: { path: folder.debian, format: "raw" } });
      const peer = (): Promise<number> => shell(`sha256sum < '${path}'`);
      return compare({
        name: "verify --read of Debian / sha256sum of the data",
        least: 0.8,
        runs,
        peer,
        ours: () => measure("verify", { root }),
      });
    },
  },
];

function readCase(
  name: string,
  words: string,
  peerFile: (folder: BenchFolder) => Promise<string>,
  sourceFile: (folder: BenchFolder) => Promise<string>,
): BenchCase {
  return {
    name: `read ${name}`,
    run: async (folder, runs) => {
      const path = await peerFile(folder);
      const root = await filled(folder, `read-${name}`, { source: { path: await sourceFile(folder), format: "raw" } });
      const peer = (): Promise<number> => shell(`sha256sum < '${path}'`);
      return compare({ name: `warm read of ${words} / sha256sum`, least: 0.8, runs, peer, ours: () => measure("read", { root }) });
    },
  };
}

interface Comparison {
  readonly name: string;
  readonly least: number;
  readonly runs: number;
  /** Seconds of the program beside which ours is measured. */
  readonly peer: () => Promise<number>;
  readonly ours: () => Promise<Measured>;
}

async function compare({ name, least, runs, peer, ours }: Comparison): Promise<BenchResult[]> {
  let peerSeconds = Infinity;
  const measured: Measured[] = [];
  for (let run = 0; run < runs; run += 1) {
    peerSeconds = Math.min(peerSeconds, await peer());
    measured.push(await ours());
  }
  const best = leastOf("seconds", measured);
  const figures = `${secondsOf(best).toFixed(2)} s, peer ${peerSeconds.toFixed(2)} s`;
  return [{ name, value: peerSeconds / secondsOf(best), budget: { least }, figures }, memoryOf(name, best.peakRssMiB)];
}

async function ingest(folder: BenchFolder, name: string, input: Omit<MeasurementInput, "root">): Promise<Measured> {
  return measure("ingest", { ...input, root: await freshFolder(folder, name) });
}

/** A store that holds one disk, read once so that it is in the system's memory. */
async function filled(folder: BenchFolder, name: string, input: Omit<MeasurementInput, "root">): Promise<string> {
  const root = await freshFolder(folder, name);
  await measure("ingest", { ...input, root });
  await measure("read", { root });
  return root;
}

async function shell(command: string): Promise<number> {
  return (await runTimed("bash", ["-o", "pipefail", "-c", command])).seconds;
}

function secondsOf({ figures }: Measured): number {
  return figures["seconds"] ?? NaN;
}
