import type { Json } from "./job-record.ts";

/**
 * Gives a step's output the form in which a restart will find it. Doing that at once shows a value that is no JSON in its own step.
 *
 * Throws  TypeError for a value that JSON cannot hold (a bigint, a function, a cycle)
 */
export function toJson(value: unknown): Json {
  const text: string | undefined = JSON.stringify(value ?? null);
  if (text === undefined) {
    throw new TypeError(`A ${typeof value} cannot be kept as JSON`);
  }
  // JSON.parse answers JSON.
  return JSON.parse(text) as Json;
}
