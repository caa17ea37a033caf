import { JobInterrupted } from "./job-interrupted.ts";

/** The two ways in which work on a job is stopped from outside: a cancel stops steps only, a shutdown stops undos too. */
export class Interrupts {
  readonly #steps = new AbortController();
  readonly #everything = new AbortController();
  #cancelled = false;

  /** For steps. */
  get steps(): AbortSignal {
    return this.#steps.signal;
  }

  /** For undos and for the runner's own pauses. */
  get shutdown(): AbortSignal {
    return this.#everything.signal;
  }

  get isCancelled(): boolean {
    return this.#cancelled;
  }

  cancel(): void {
    this.#cancelled = true;
    this.#steps.abort(new JobInterrupted("cancel"));
  }

  stop(): void {
    const reason = new JobInterrupted("shutdown");
    this.#steps.abort(reason);
    this.#everything.abort(reason);
  }
}
