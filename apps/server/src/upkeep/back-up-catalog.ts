import type { CatalogCopies } from "../ports/catalog-copies.ts";
import type { Clock } from "../ports/clock.ts";

/** What backing up the catalog needs. */
export interface BackUpDeps {
  readonly copies: CatalogCopies;
  readonly clock: Clock;
  /** Copies that are kept; older ones go once a new one is whole. */
  readonly keep: number;
}

const ours = /^catalog-(\d{4})-(\d\d)-(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z$/;

/** Makes a copy of the catalog, named after the instant, and removes the oldest ones of that kind. Answers where the new one is. */
export async function backUpCatalog({ copies, clock, keep }: BackUpDeps): Promise<string> {
  // Colons are no part of a file's name on every system.
  const place = await copies.make(`catalog-${new Date(clock.now()).toISOString().replaceAll(":", "")}`);
  // What somebody else put there is left alone.
  const names = (await copies.list()).filter((name) => ours.test(name));
  for (const name of names.slice(0, -keep)) {
    await copies.remove(name);
  }
  return place;
}

/** Backs the catalog up unless the newest copy is younger than `everyMs`, so that restarts make no more copies than the clock does. */
export async function backUpWhenDue(deps: BackUpDeps, everyMs: number): Promise<void> {
  const newest = (await deps.copies.list()).findLast((name) => ours.test(name));
  const madeAt = newest === undefined ? -Infinity : instantOf(newest);
  // A copy from the future tells nothing: the clock was wrong then or is now.
  if (!(madeAt <= deps.clock.now()) || deps.clock.now() - madeAt >= everyMs) {
    await backUpCatalog(deps);
  }
}

function instantOf(name: string): number {
  return Date.parse(name.replace(ours, "$1-$2-$3T$4:$5:$6.$7Z"));
}
