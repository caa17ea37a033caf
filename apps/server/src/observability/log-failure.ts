import type { Log } from "../ports/log.ts";

/**
 * Puts a call that was answered by a 5xx in the log, with everything about it. What nobody expected (500) is an error. That there is no room, or
 * that something is out of reach for a while, is no mistake and yet an operator's matter: a warning. 501 refuses a wish of the client's, which
 * is not logged, as no refusal is.
 */
export function logFailure(log: Pick<Log, "warn" | "error">, status: number, fields: object, message: string): void {
  if (status === 500) {
    log.error(fields, message);
  } else if (status > 501) {
    log.warn(fields, message);
  }
}
