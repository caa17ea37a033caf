/** How one test ended; `skipped` counts as not passed. */
export type Outcome = "passed" | "failed" | "skipped";

/** What is between the worker's number and the outcome: a test, or a class whose setting up went wrong. */
const resultLine = /^\{\d+\} (?<name>\S.*?)(?: \[[\d.]+s\])? \.\.\. (?<outcome>ok|FAILED|SKIPPED)\b/;
const className = /^(?:setUpClass|tearDownClass) \((?<name>[\w.]+)\)$/;

const outcomes: Readonly<Record<string, Outcome>> = { ok: "passed", FAILED: "failed", SKIPPED: "skipped" };

/** Results of one run, by what they are of. */
export interface TempestResults {
  /** `module.Class.test`, without what all have in front. */
  readonly tests: ReadonlyMap<string, Outcome>;
  /** Classes of which no test ran, or whose cleaning up failed: `module.Class`. */
  readonly classes: ReadonlyMap<string, Outcome>;
}

/** Reads what `tempest run` prints: a line a test, and one a class that could not be set up. */
export function readResults(output: string, commonPrefix: string): TempestResults {
  const tests = new Map<string, Outcome>();
  const classes = new Map<string, Outcome>();
  for (const line of output.split("\n")) {
    const { name, outcome } = resultLine.exec(line)?.groups ?? {};
    const result = outcomes[outcome ?? ""];
    if (name === undefined || result === undefined) {
      continue;
    }
    const inClass = className.exec(name)?.groups?.["name"];
    const results = inClass === undefined ? tests : classes;
    results.set((inClass ?? name).replace(commonPrefix, ""), result);
  }
  return { tests, classes };
}
