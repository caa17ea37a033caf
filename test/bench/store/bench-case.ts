import type { BenchFolder } from "./bench-folder.ts";

/** A number of the store's, and what it must be. */
export interface BenchResult {
  readonly name: string;
  /** A ratio, unless `unit` says something else. */
  readonly value: number;
  readonly unit?: string | undefined;
  readonly budget?: { readonly least: number } | { readonly most: number } | undefined;
  /** What the number was made of. */
  readonly figures: string;
}

/** Some results that are measured together. */
export interface BenchCase {
  readonly name: string;
  run(folder: BenchFolder, runs: number): Promise<BenchResult[]>;
}

/** The bound of memory of every measurement. */
export function memoryOf(name: string, peakRssMiB: number): BenchResult {
  return { name: `${name}: peak memory`, value: peakRssMiB, unit: "MiB", budget: { most: 200 }, figures: "resident, of the whole process" };
}

/** Whether a result keeps within its budget; undefined when it has none. */
export function isMet({ value, budget }: BenchResult): boolean | undefined {
  if (budget === undefined) {
    return undefined;
  }
  return "least" in budget ? value >= budget.least : value <= budget.most;
}
