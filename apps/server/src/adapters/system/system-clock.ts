import type { Clock } from "../../ports/clock.ts";

/** The machine's clock. */
export const systemClock: Clock = {
  // oxlint-disable-next-line no-restricted-properties -- this is the clock
  now: () => Date.now(),
};
