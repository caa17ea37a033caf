import { isDamage } from "@tintype/store/store-error.ts";

/** Tells whether work failed because what is stored is not what was written. The same work fails again until that is healed or restored. */
export function isDamaged(error: unknown): boolean {
  // Closing something failed after the work had failed already: the work's error tells what matters.
  return error instanceof SuppressedError ? isDamaged(error.suppressed) : isDamage(error);
}
