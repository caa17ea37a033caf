import type { TSchema } from "typebox";
import { MetadefAssociation, MetadefDefinition, MetadefNamespace, MetadefObject, MetadefProperty, MetadefTag } from "./metadefs.ts";

/** A JSON schema as the Image API shows it. */
export interface ShownSchema {
  readonly name: string;
  readonly properties: Readonly<Record<string, object>>;
}

const links = [
  { rel: "first", href: "{first}" },
  { rel: "next", href: "{next}" },
  { rel: "describedby", href: "{schema}" },
];
const pageFields = { first: { type: "string" }, next: { type: "string" }, schema: { type: "string" } };

/** The same schema that bodies are held to, under the name that clients know it by. */
function shown(
  name: string,
  {
    properties,
    required,
    additionalProperties,
  }: TSchema & {
    readonly properties: Record<string, object>;
    readonly required?: readonly string[];
    readonly additionalProperties?: unknown;
  },
) {
  return { name, properties, additionalProperties, required };
}

const namespace = shown("namespace", MetadefNamespace);
const association = shown("resource_type_association", MetadefAssociation);
const property = shown("property", MetadefProperty);
const object = shown("object", MetadefObject);
const tag = shown("tag", MetadefTag);
const list = (name: string, items: object) => ({ name, properties: { [name]: { type: "array", items }, ...pageFields }, links });

/**
 * The schemas of the definitions of metadata, by the last part of their path below `/v2/schemas/metadefs/`.
 *
 * Source  OpenStack Image API reference, "Metadata Definition Schemas"
 */
export const metadefSchemas: Readonly<Record<string, ShownSchema>> = {
  namespace,
  namespaces: list("namespaces", namespace),
  resource_type: association,
  resource_types: list("resource_type_associations", association),
  property,
  properties: {
    ...list("properties", {}),
    properties: {
      properties: { type: "object", additionalProperties: shown("property", MetadefDefinition) },
      ...pageFields,
    },
  },
  object,
  objects: list("objects", object),
  tag,
  tags: list("tags", tag),
};
