import type { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";
import type { HttpCall } from "./http-call.ts";
import { jsonText } from "./json-text.ts";
import type { CallerName } from "./fuzz-world.ts";
import type { Words } from "./words.ts";

/** A call that is being put together. */
export interface Draft {
  readonly random: SeededRandom;
  readonly words: Words;
  readonly operation: string;
  readonly server: HttpCall["server"];
  readonly caller: CallerName;
  method: string;
  /** With what it holds percent-encoded. */
  path: string;
  isElsewhere: boolean;
  /** Percent-encoded names and values. */
  query: (readonly [string, string])[];
  headers: (readonly [string, string])[];
  /** What the body says, where it is JSON and not yet bytes. */
  json: unknown;
  body: Buffer | undefined;
  framing: HttpCall["framing"];
  readonly faults: string[];
}

/** Percent-encodes what has a meaning of its own in an address; a lone surrogate becomes the sign for what cannot be read. */
export function percent(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** The body as bytes, also where it is JSON. */
export function bodyOf({ json, body }: Pick<Draft, "json" | "body">): Buffer | undefined {
  return json === undefined ? body : Buffer.from(jsonText(json));
}

export function setHeader(draft: Draft, name: string, value: string): void {
  draft.headers = [...draft.headers.filter(([other]) => other !== name), [name, value]];
}

/** The call as it is sent. */
export function finished(draft: Draft): HttpCall {
  const { server, method, path, query, isElsewhere, headers, framing, caller, operation, faults } = draft;
  const queryText = query.map(([name, value]) => (value === "" ? name : `${name}=${value}`)).join("&");
  return {
    server,
    method,
    isElsewhere,
    framing,
    caller,
    operation,
    faults,
    target: queryText === "" ? path : `${path}?${queryText}`,
    headers: [["host", "localhost"], ["connection", "close"], ...headers],
    body: bodyOf(draft),
  };
}
