import type { ExpectedClass } from "./expected.table.ts";
import type { Outcome, TempestResults } from "./read-results.ts";

/** A run held against what is expected of it. */
export interface Verdict {
  readonly passed: number;
  /** Tests that must pass and did not, with what they did instead. */
  readonly broken: readonly string[];
  /** How many tests were expected to fail and did, by reason. */
  readonly awaited: ReadonlyMap<string, number>;
  /** Tests that the table says cannot pass, and that passed. */
  readonly surprising: readonly string[];
  /** Tests that ran, and classes that failed, of which the table knows nothing. */
  readonly unknown: readonly string[];
}

/** Judges a run. Tests that `isWanted` does not want were not meant to run. */
export function judgeResults(results: TempestResults, expected: readonly ExpectedClass[], isWanted: (test: string) => boolean): Verdict {
  const broken: string[] = [];
  const surprising: string[] = [];
  const awaited = new Map<string, number>();
  const rows = expected.flatMap(rowsOf);
  let passed = 0;
  for (const { test, ofClass, reason } of rows.filter((row) => isWanted(row.test))) {
    const hasPassed = results.tests.get(test) === "passed";
    passed += Number(hasPassed);
    if (hasPassed && reason !== undefined) {
      surprising.push(test);
    } else if (!hasPassed && reason === undefined) {
      broken.push(`${test} ${wordOutcome(results.tests.get(test), results.classes.get(ofClass))}`);
    } else if (reason !== undefined) {
      awaited.set(reason, (awaited.get(reason) ?? 0) + 1);
    }
  }
  return { passed, broken, awaited, surprising, unknown: unknownIn(results, rows) };
}

interface ExpectedTest {
  readonly test: string;
  readonly ofClass: string;
  /** Why it cannot pass; undefined when it must. */
  readonly reason: string | undefined;
}

function rowsOf({ name, passes, fails = {} }: ExpectedClass): readonly ExpectedTest[] {
  const reasons = [...passes.map((test) => [test, undefined] as const), ...Object.entries(fails)];
  return reasons.map(([test, reason]) => ({ test: `${name}.${test}`, ofClass: name, reason }));
}

function unknownIn({ tests, classes }: TempestResults, rows: readonly ExpectedTest[]): readonly string[] {
  const known = new Set(rows.flatMap(({ test, ofClass }) => [test, ofClass]));
  const failed = [...classes].filter(([, outcome]) => outcome === "failed").map(([name]) => name);
  return [...tests.keys(), ...failed].filter((name) => !known.has(name));
}

function wordOutcome(outcome: Outcome | undefined, ofClass: Outcome | undefined): string {
  const words: Readonly<Record<Outcome, string>> = { passed: "passed", failed: "failed", skipped: "was skipped" };
  if (outcome !== undefined) {
    return words[outcome];
  }
  return ofClass === undefined ? "did not run" : `did not run: its class ${words[ofClass]}`;
}
