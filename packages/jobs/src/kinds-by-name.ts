import type { JobKind } from "./job-kind.ts";

/**
 * Finds kinds by the name that rows carry.
 *
 * Throws  Error when two kinds, or two steps of a kind, have the same name: rows could not tell them apart
 */
export function kindsByName(kinds: readonly JobKind[]): ReadonlyMap<string, JobKind> {
  refuseRepeated(
    kinds.map((kind) => kind.name),
    "job kinds",
  );
  for (const kind of kinds) {
    refuseRepeated(
      kind.steps.map((step) => step.name),
      `steps of the job kind "${kind.name}"`,
    );
  }
  return new Map(kinds.map((kind) => [kind.name, kind]));
}

function refuseRepeated(names: readonly string[], what: string): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new Error(`Two ${what} are called "${repeated}"`);
  }
}
