import type { Clock } from "../ports/clock.ts";

/** The machine's clock: the one place that asks it. */
export const systemClock: Clock = {
  // oxlint-disable-next-line no-restricted-properties -- this is the clock that everything else is given
  now: () => Date.now(),
};
