/** The only way of this package to let time pass, so that tests need not wait. */
export interface Timers {
  /** Resolves after `ms` milliseconds; rejects with the signal's reason once it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
