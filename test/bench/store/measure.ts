import { runTimed } from "../run-timed.ts";
import type { Figures, MeasurementInput } from "./measurements.table.ts";

const child = new URL("./measure-child.js", import.meta.url).pathname;

/** What a measurement found, and the most memory that it took. */
export interface Measured {
  readonly figures: Figures;
  readonly peakRssMiB: number;
}

/** Runs a measurement in a process of its own, which starts as the command line does. */
export async function measure(name: string, input: MeasurementInput): Promise<Measured> {
  const { stdout } = await runTimed(process.execPath, ["--disable-warning=ExperimentalWarning", child, name, JSON.stringify(input)]);
  // The child's last line has this shape.
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Measured;
}

/** Of several runs the one in which `figure` is least, with the most memory that any of them took. */
export function leastOf(figure: string, runs: readonly Measured[]): Measured {
  const best = runs.toSorted((a, b) => (a.figures[figure] ?? Infinity) - (b.figures[figure] ?? Infinity))[0];
  if (best === undefined) {
    throw new Error("There was no run.");
  }
  return { ...best, peakRssMiB: Math.max(...runs.map(({ peakRssMiB }) => peakRssMiB)) };
}
