/** An answer in JSON, of which nothing is believed before it is read through the functions below. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Takes a value for an object; anything else becomes an empty one, whose fields are all absent. */
export function jsonObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects of a list; what is no object is left out. */
export function jsonObjects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** A string that is there and not empty. */
export function textOf(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A finite number, also where the wire carries it as a string. */
export function numberOf(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
