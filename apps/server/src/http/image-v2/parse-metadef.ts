import type { MetadefAssociation, MetadefNamespace, MetadefObject, MetadefProperty } from "@tintype/contract/image-v2/metadefs.ts";
import type { ItemRequest, NamespaceRequest } from "../../metadefs/change-namespaces.ts";

/** What a body says about a namespace itself. What it does not say is the default, whatever was there before. */
export function parseNamespace({ namespace, display_name: displayName, ...body }: MetadefNamespace): NamespaceRequest {
  const { description, visibility = "private", protected: isProtected = false, owner } = body;
  return { name: namespace, displayName, description, visibility, protected: isProtected, owner };
}

/** What a body wants in a namespace. */
export function parseContents({
  resource_type_associations: types = [],
  properties = {},
  objects = [],
  tags = [],
}: MetadefNamespace): readonly ItemRequest[] {
  return [
    ...types.map(parseAssociation),
    ...Object.entries(properties).map(([name, content]) => ({ kind: "property" as const, name, content })),
    ...objects.map(parseObject),
    ...tags.map(({ name }) => ({ kind: "tag" as const, name, content: {} })),
  ];
}

export function parseAssociation({ name, prefix, properties_target: target }: MetadefAssociation): ItemRequest {
  const content = { ...(prefix !== undefined && { prefix }), ...(target !== undefined && { properties_target: target }) };
  return { kind: "resourceType", name, content };
}

export function parseProperty({ name, ...content }: MetadefProperty): ItemRequest {
  return { kind: "property", name, content };
}

export function parseObject({ name, description, required = [], properties = {} }: MetadefObject): ItemRequest {
  return { kind: "object", name, content: { ...(description !== undefined && { description }), required, properties } };
}
