import { ServiceError } from "@tintype/contract/service-error.ts";
import { parseJson } from "../parse-json.ts";

/**
 * The JSON of a body, whatever type it is said to be, for a route with this schema. Null is a value here: it unsets a name.
 *
 * Throws  image.invalidBody; image.readOnly for a field that the schema marks `readOnly`
 */
export function readJsonBody(body: string, schema: unknown): unknown {
  if (body.trim() === "") {
    throw new ServiceError("image.invalidBody", { problem: "there is none" });
  }
  const value = parse(body);
  const name = readOnlyNames(schema).find((candidate) => typeof value === "object" && value !== null && Object.hasOwn(value, candidate));
  if (name !== undefined) {
    throw new ServiceError("image.readOnly", { name });
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new ServiceError("image.invalidBody", { problem: "it is no JSON" }, { cause: error });
  }
}

function readOnlyNames(schema: unknown): readonly string[] {
  // A route's schema is JSON schema, whose properties are schemas.
  const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, { readonly readOnly?: boolean }>> };
  return Object.keys(properties).filter((name) => properties[name]?.readOnly === true);
}
