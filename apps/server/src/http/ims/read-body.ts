import { ServiceError } from "@tintype/contract/service-error.ts";
import { parseJson } from "../parse-json.ts";
import { withoutNulls } from "../without-nulls.ts";

/** A body's lists of objects are the deepest place where clients send nulls. */
const levelsWithNulls = 3;

/**
 * Reads the body of a call that needs one. Null and, at the top, empty texts count as absent, since clients send both for what is not
 * set.
 *
 * Throws  IMG.0007 (empty), IMG.0001 (no JSON)
 */
export function readBody(text: string): unknown {
  if (text.trim() === "") {
    throw new ServiceError("IMG.0007");
  }
  return withoutEmptyTexts(withoutNulls(parse(text), levelsWithNulls));
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new ServiceError(
      "IMG.0001",
      { problem: `the body is no JSON: ${error instanceof Error ? error.message : String(error)}` },
      { cause: error },
    );
  }
}

function withoutEmptyTexts(value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== "")) : value;
}
