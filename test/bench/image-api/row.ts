/** One line of the table: what was measured of both in the same run. More is better, of both and of the ratio. */
export interface Row {
  readonly name: string;
  readonly unit: "MiB/s" | "calls/s";
  /** One of each round. */
  readonly ours: number[];
  readonly glance: number[];
  /** Least ratio of ours to Glance's. */
  readonly budget: number;
}

/** A row as it is printed. */
export interface Verdict {
  readonly name: string;
  readonly unit: Row["unit"];
  readonly ours: number;
  readonly glance: number;
  readonly ratio: number;
  readonly budget: number;
  readonly isMet: boolean;
}

/** Judges the medians of a row. */
export function verdictOn({ name, unit, ours, glance, budget }: Row): Verdict {
  const ratio = median(ours) / median(glance);
  return { name, unit, ours: Math.round(median(ours)), glance: Math.round(median(glance)), ratio, budget, isMet: ratio >= budget };
}

export function printVerdict({ name, unit, ours, glance, ratio, budget, isMet }: Verdict): string {
  const figures = `ours ${String(ours).padStart(5)} ${unit.padEnd(7)}  Glance ${String(glance).padStart(5)} ${unit.padEnd(7)}`;
  return `${name.padEnd(20)} ${`${ratio.toFixed(2)}x`.padStart(8)}  budget >= ${String(budget).padEnd(3)}x  ${isMet ? "met   " : "MISSED"}  ${figures}`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
