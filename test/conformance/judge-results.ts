import type { ExpectedClass } from "./expected.table.ts";
import type { Outcome, TempestResults } from "./read-results.ts";

/** A run held against what is expected of it. */
export interface Verdict {
  readonly passed: number;
  /** Tests that must pass, and those of them that did not, with what they did instead. */
  readonly broken: readonly string[];
  /** Tests that were expected to fail and did, with the reason. */
  readonly awaited: readonly string[];
  /** Tests that the table says cannot pass, and that passed. */
  readonly surprising: readonly string[];
  /** Tests that ran and that the table does not know. */
  readonly unknown: readonly string[];
}

/** Judges a run. Tests that `isWanted` does not want were not meant to run. */
export function judgeResults(
  { tests, classes }: TempestResults,
  expected: readonly ExpectedClass[],
  isWanted: (test: string) => boolean,
): Verdict {
  const verdict = { passed: 0, broken: new Array<string>(), awaited: new Array<string>(), surprising: new Array<string>() };
  const known = new Set<string>();
  for (const { name, passes, fails = {} } of expected) {
    const rows = [...passes.map((test) => [test, undefined] as const), ...Object.entries(fails)];
    for (const [test, reason] of rows) {
      const full = `${name}.${test}`;
      known.add(full);
      if (!isWanted(full)) {
        continue;
      }
      const outcome = tests.get(full);
      verdict.passed += outcome === "passed" ? 1 : 0;
      if (reason === undefined && outcome !== "passed") {
        verdict.broken.push(`${full}: ${wordOutcome(outcome, classes.get(name))}`);
      } else if (reason !== undefined && outcome === "passed") {
        verdict.surprising.push(full);
      } else if (reason !== undefined) {
        verdict.awaited.push(`${full}: ${reason}`);
      }
    }
  }
  const failedClasses = [...classes].filter(([, outcome]) => outcome === "failed").map(([name]) => name);
  return {
    ...verdict,
    unknown: [
      ...[...tests.keys()].filter((test) => !known.has(test)),
      ...failedClasses.filter((name) => !expected.some((row) => row.name === name)),
    ],
  };
}

function wordOutcome(outcome: Outcome | undefined, ofClass: Outcome | undefined): string {
  if (outcome !== undefined) {
    return outcome;
  }
  return ofClass === undefined ? "did not run" : `its class ${ofClass === "skipped" ? "was skipped" : "could not be set up"}`;
}
