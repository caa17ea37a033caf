import {
  longestWord,
  readOnlyAttributes,
  reservedAttributes,
  reservedPrefix,
  settableAttributes,
  typedProperties,
} from "@tintype/contract/image-v2/images.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { fixedAttributes } from "@tintype/contract/ims/fixed-attributes.table.ts";

const Text = Type.String();
const longestShownName = 100;

/**
 * Refuses an attribute that a client may not set. Names that the IMS dialect gives to what it knows are among them: a property must not
 * pretend to be one.
 *
 * Throws  image.readOnly, image.reserved; image.invalidBody for a name that is none
 */
export function checkName(name: string): void {
  const shown = { name: name.slice(0, longestShownName) };
  if (readOnlyAttributes.has(name)) {
    throw new ServiceError("image.readOnly", shown);
  }
  if (reservedAttributes.has(name) || name.startsWith(reservedPrefix) || (name.startsWith("__") && fixedAttributes.has(name))) {
    throw new ServiceError("image.reserved", shown);
  }
  if (name === "" || Array.from(name).length > longestWord) {
    throw new ServiceError("image.invalidBody", { problem: `a property's name has 1 to ${longestWord} characters` });
  }
}

/** Throws  image.invalidBody for a value that the attribute does not take */
export function checkValue(name: string, value: unknown): void {
  const schema = schemaOf(name);
  if (!Value.Check(schema, value)) {
    const [misfit] = Value.Errors(schema, value);
    throw new ServiceError("image.invalidBody", { problem: `${name.slice(0, longestShownName)} ${misfit?.message ?? "does not fit"}` });
  }
}

function schemaOf(name: string): TSchema {
  const schemas: Readonly<Record<string, TSchema>> = { ...settableAttributes, ...typedProperties };
  return (Object.hasOwn(schemas, name) ? schemas[name] : undefined) ?? Text;
}
