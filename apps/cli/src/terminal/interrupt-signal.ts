import { CancelledError } from "../errors/command-errors.ts";
import { exitCodes } from "../errors/exit-codes.ts";

/** A second Ctrl-C counts from here on: one that comes at once is the same one, passed on by a parent process. */
const SAME_INTERRUPT_MS = 700;

/** A signal that Ctrl-C or a polite kill aborts, so that commands can tidy up. A second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let firstMs: number | undefined;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      const nowMs = performance.now();
      if (firstMs === undefined) {
        firstMs = nowMs;
        controller.abort(new CancelledError("Cancelled."));
      } else if (nowMs - firstMs > SAME_INTERRUPT_MS) {
        process.exit(exitCodes.cancelled);
      }
    });
  }
  return controller.signal;
}
