import type {
  MetadefAssociation,
  MetadefDefinition,
  MetadefNamespace,
  MetadefObject,
  MetadefProperty,
  MetadefTag,
} from "@tintype/contract/image-v2/metadefs.ts";
import type { WholeNamespace } from "../../metadefs/show-namespaces.ts";
import type { MetadefItem, MetadefKind, MetadefNamespaceRecord } from "../../ports/metadef-catalog.ts";
import { toInstant } from "../to-instant.ts";
import { metadefAddress } from "./metadef-app.ts";

/** A namespace in the words of the API; what it has none of is left out. `prefix` comes before the names of its properties. */
export function toNamespace({ namespace, items }: WholeNamespace, prefix = ""): MetadefNamespace {
  const of = (kind: MetadefKind) => items.filter((item) => item.kind === kind);
  const [associations, properties, objects, tags] = [of("resourceType"), of("property"), of("object"), of("tag")];
  return {
    ...toNamespaceWords(namespace),
    ...(associations.length > 0 && { resource_type_associations: associations.map(toAssociation) }),
    ...(properties.length > 0 && { properties: toProperties(properties, prefix) }),
    ...(objects.length > 0 && { objects: objects.map((object) => toObject(namespace.name, object, prefix)) }),
    ...(tags.length > 0 && { tags: tags.map(({ name }) => ({ name })) }),
  };
}

/** The words of a namespace without what is in it. */
export function toNamespaceWords(record: MetadefNamespaceRecord): MetadefNamespace {
  return {
    namespace: record.name,
    ...(record.displayName !== undefined && { display_name: record.displayName }),
    ...(record.description !== undefined && { description: record.description }),
    visibility: record.visibility,
    protected: record.protected,
    owner: record.owner,
    ...instantsOf(record),
    self: metadefAddress(record.name),
    schema: "/v2/schemas/metadefs/namespace",
  };
}

export function toProperty({ name, content }: MetadefItem): MetadefProperty {
  // What was written had this shape.
  return { name, ...(content as MetadefDefinition) };
}

/** Properties by their names. */
export function toProperties(items: readonly MetadefItem[], prefix = ""): Record<string, MetadefDefinition> {
  return Object.fromEntries(items.map(({ name, content }) => [`${prefix}${name}`, content as MetadefDefinition]));
}

export function toObject(namespace: string, item: MetadefItem, prefix = ""): MetadefObject {
  // What was written had this shape.
  const { description, required = [], properties = {} } = item.content as Omit<MetadefObject, "name">;
  const prefixed = Object.entries(properties).map(([name, definition]) => [`${prefix}${name}`, definition] as const);
  return {
    name: item.name,
    ...(description !== undefined && { description }),
    required: required.map((name) => `${prefix}${name}`),
    properties: Object.fromEntries(prefixed),
    ...instantsOf(item),
    self: metadefAddress(namespace, "objects", item.name),
    schema: "/v2/schemas/metadefs/object",
  };
}

export function toTag(item: MetadefItem): MetadefTag {
  return { name: item.name, ...instantsOf(item) };
}

export function toAssociation(item: MetadefItem): MetadefAssociation {
  // What was written had this shape.
  return { name: item.name, ...(item.content as Omit<MetadefAssociation, "name">), ...instantsOf(item) };
}

/** The prefix that a type's properties bear in a namespace; none when it is not associated. */
export function prefixOf(items: readonly MetadefItem[], resourceType: string | undefined): string {
  const found = items.find(({ kind, name }) => kind === "resourceType" && name === resourceType);
  return (found && toAssociation(found).prefix) ?? "";
}

function instantsOf({ createdAt, updatedAt }: { readonly createdAt: number; readonly updatedAt: number }) {
  return { created_at: toInstant(createdAt), updated_at: toInstant(updatedAt) };
}
