import type { ServiceError } from "@tintype/contract/service-error.ts";
import { parseJson } from "./parse-json.ts";
import { withoutNulls } from "./without-nulls.ts";

/** The refusal of a body that is no JSON object. The problem quotes nothing of the body; the cause is there when it is no JSON at all. */
export type Malformed = (problem: string, cause?: unknown) => ServiceError;

/** Reads a body that is to be a JSON object. Nulls count as absent in it, and in what it holds down to so many levels. */
export function readJsonObject(text: string, malformed: Malformed, levels = 1): object {
  const value = withoutNulls(parse(text, malformed), levels);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw malformed("the body is no JSON object");
  }
  return value;
}

function parse(text: string, malformed: Malformed): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw malformed(text.trim() === "" ? "there is no body" : "the body is no JSON", error);
  }
}
