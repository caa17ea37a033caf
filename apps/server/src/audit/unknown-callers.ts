import type { TraceRecord } from "../ports/trace-catalog.ts";
import { cleanText } from "./clean-text.ts";
import type { TraceWords } from "./traced-call.ts";

/** What was refused to callers that nobody knew, and left no traces of its own. */
export interface UntracedCalls {
  /** Instant of the first one, in milliseconds since 1970. */
  readonly since: number;
  /** How often each operation was called, `createToken of IAM`. */
  readonly counts: ReadonlyMap<string, number>;
}

const minuteMs = 60_000;
const longestMessage = 1024;

/**
 * Decides which refused calls of nobody known are traced one by one: so many a minute, so that whoever has no credentials can neither fill the
 * disk nor keep it busy. The others are counted.
 *
 * Memory  a number for each operation that is traced
 */
export class UnknownCallers {
  readonly #perMinute: number;
  #begunAt = -Infinity;
  #traced = 0;
  #untraced: { readonly since: number; readonly counts: Map<string, number> } | undefined;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Tells whether a call that was refused now is traced by itself; otherwise it was counted. */
  admits({ service, name }: TraceWords, now: number): boolean {
    if (this.#traced < this.#perMinute) {
      this.#traced += 1;
      return true;
    }
    this.#untraced ??= { since: now, counts: new Map() };
    const { counts } = this.#untraced;
    const operation = `${name} of ${service}`;
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
    return false;
  }

  /** Begins the next minute when this one is over, or is to be. Answers what was counted in it, once; undefined when that is nothing. */
  turn(now: number, { isOver = now < this.#begunAt || now - this.#begunAt >= minuteMs } = {}): UntracedCalls | undefined {
    if (!isOver) {
      return undefined;
    }
    const untraced = this.#untraced;
    this.#begunAt = now;
    this.#traced = 0;
    this.#untraced = undefined;
    return untraced;
  }
}

/** What was counted, as one trace, for the operator. */
export function traceOfUntraced({ since, counts }: UntracedCalls, { id, at }: { readonly id: string; readonly at: number }): TraceRecord {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const operations = [...counts].toSorted(([, one], [, other]) => other - one).map(([operation, count]) => `${operation} ${count}`);
  const begun = new Date(since).toISOString();
  const message = `Calls of nobody known that were refused since ${begun}, beyond those that have traces of their own: ${total} (${operations.join(", ")})`;
  return {
    id,
    at,
    projectId: undefined,
    kind: "service",
    rating: "warning",
    service: "IAM",
    resourceType: "caller",
    name: "refuseUnknownCallers",
    resourceId: "",
    resourceName: "",
    user: undefined,
    jobId: undefined,
    sourceIp: "",
    status: undefined,
    errorCode: "",
    request: "",
    response: "",
    message: cleanText(message, longestMessage),
    requestId: "",
    apiVersion: "",
    location: "",
  };
}
