import { destination, pino } from "pino";
import type { Logger } from "pino";
import type { JobEvent } from "@tintype/jobs/job-event.ts";
import type { Log } from "../ports/log.ts";

/** Places where a secret could stand, should someone ever log a request's headers or a body. */
const secretPlaces = [
  "req.headers.authorization",
  'req.headers["x-auth-token"]',
  'req.headers["x-subject-token"]',
  'req.headers["x-security-token"]',
  "*.password",
  "*.secret",
  "*.secretKey",
  "*.token",
];

/** JSON lines on standard error; standard output belongs to what a person waits for. Secrets are struck out. */
export function createLogger(level: string): Logger {
  return pino({ level, redact: { paths: secretPlaces, censor: "[secret]" }, base: null }, destination({ dest: 2, sync: true }));
}

const worries: ReadonlySet<string> = new Set([
  "jobKindUnknown",
  "recordFailed",
  "undoFailed",
  "endingFailed",
  "describingFailed",
  "progressFailed",
]);

/** Turns what happens to jobs into log lines. */
export function logJobEvent(log: Log, { event, error, ...fields }: JobEvent): void {
  const line = { ...fields, ...(error === undefined ? {} : { err: error }) };
  if (worries.has(event)) {
    log.error(line, event);
  } else {
    log.info(line, event);
  }
}
