import type { Timers } from "@tintype/jobs/timers.ts";
import type { Log } from "../ports/log.ts";

/** Something that is done again and again while the service runs. */
export interface RepeatedWork {
  readonly name: string;
  /** Pause before each time. */
  readonly everyMs: number;
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/**
 * Does something again and again until disposal, which waits for the time that is under way. A failure is logged and does not stop
 * later ones.
 */
export function repeat({ name, everyMs, work }: RepeatedWork, deps: { readonly timers: Timers; readonly log: Log }): AsyncDisposable {
  const stop = new AbortController();
  const { signal } = stop;
  const loop = async (): Promise<void> => {
    for (;;) {
      try {
        await deps.timers.sleep(everyMs, signal);
        await work(signal);
      } catch (error) {
        if (signal.aborted) {
          return;
        }
        deps.log.error({ err: error }, `${name} failed; it is tried again in ${Math.ceil(everyMs / 1000)} s`);
      }
    }
  };
  const ended = loop();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}
