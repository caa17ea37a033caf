import { ServiceError } from "@tintype/contract/service-error.ts";

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
  return withoutEmptyTexts(withoutNulls(parse(text)));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ServiceError(
      "IMG.0001",
      { problem: `the body is no JSON: ${error instanceof Error ? error.message : String(error)}` },
      { cause: error },
    );
  }
}

/** A body's lists of objects are the deepest place where clients send nulls; going no further bounds the recursion. */
const deepestNull = 3;

function withoutNulls(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth === deepestNull) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => withoutNulls(item, depth + 1));
  }
  const set = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(set.map(([name, member]) => [name, withoutNulls(member, depth + 1)]));
}

function withoutEmptyTexts(value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== "")) : value;
}
