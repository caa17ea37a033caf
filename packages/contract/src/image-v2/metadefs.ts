import { Type } from "typebox";
import type { Static } from "typebox";

/** Longest name of anything that is defined. */
const longestName = 80;
const longestDescription = 500;
const longestOwner = 255;

const Name = (description: string) => Type.String({ minLength: 1, maxLength: longestName, description });
const Shown = (value: string) => Type.Optional(Type.String({ readOnly: true, description: value }));
const instants = {
  created_at: Type.Optional(Type.String({ readOnly: true, format: "date-time", description: "When it was made" })),
  updated_at: Type.Optional(Type.String({ readOnly: true, format: "date-time", description: "When it was last changed" })),
};
const closed = { additionalProperties: false } as const;

const ValueType = Type.Enum(["array", "boolean", "integer", "number", "object", "string"], { type: "string" });
const Names = Type.Array(Type.String(), { uniqueItems: true });
const Count = Type.Integer({ minimum: 0 });

const definition = {
  title: Type.String({ description: "Name for people" }),
  type: ValueType,
  description: Type.Optional(Type.String()),
  operators: Type.Optional(Type.Array(Type.String(), { description: "Operators that a requirement may put before a value" })),
  required: Type.Optional(Names),
  minimum: Type.Optional(Type.Number()),
  maximum: Type.Optional(Type.Number()),
  maxLength: Type.Optional(Count),
  minLength: Type.Optional(Count),
  pattern: Type.Optional(Type.String({ format: "regex" })),
  enum: Type.Optional(Type.Array(Type.Unknown())),
  readonly: Type.Optional(Type.Boolean()),
  default: Type.Optional(Type.Unknown()),
  items: Type.Optional(Type.Object({ type: Type.Optional(ValueType), enum: Type.Optional(Type.Array(Type.Unknown())) })),
  maxItems: Type.Optional(Count),
  minItems: Type.Optional(Count),
  uniqueItems: Type.Optional(Type.Boolean({ default: false })),
  additionalItems: Type.Optional(Type.Boolean()),
};

/** What a property of images, flavours and the like may hold. Its name is its key in the object that holds it. */
export const MetadefDefinition = Type.Object(definition, closed);
export type MetadefDefinition = Static<typeof MetadefDefinition>;

const Definitions = Type.Record(Type.String({ minLength: 1, maxLength: longestName }), MetadefDefinition);

/** A property with its name, as it stands alone. */
export const MetadefProperty = Type.Object({ name: Name("Key of the property, without a prefix"), ...definition }, closed);
export type MetadefProperty = Static<typeof MetadefProperty>;

const objectFields = {
  name: Name("Name of the object"),
  description: Type.Optional(Type.String()),
  required: Type.Optional(Names),
  properties: Type.Optional(Definitions),
};

/** A group of properties that belong together. */
export const MetadefObject = Type.Object(
  { ...objectFields, schema: Shown("Address of the schema"), self: Shown("Address of the object"), ...instants },
  closed,
);
export type MetadefObject = Static<typeof MetadefObject>;

/** A word that things may carry. */
export const MetadefTag = Type.Object({ name: Name("The tag"), ...instants }, closed);
export type MetadefTag = Static<typeof MetadefTag>;

/** Body that gives a namespace several tags. */
export const MetadefTagsBody = Type.Object({ tags: Type.Array(Type.Object({ name: Name("The tag") }, closed)) }, closed);
export type MetadefTagsBody = Static<typeof MetadefTagsBody>;

const associationFields = {
  name: Name("Type of the things, e.g. OS::Glance::Image"),
  prefix: Type.Optional(
    Type.String({ maxLength: longestName, description: "Comes before the names of the properties on these things, with its separator" }),
  ),
  properties_target: Type.Optional(
    Type.String({ maxLength: longestName, description: "Which of their sets of properties is meant, for things that have several" }),
  ),
};

/** For which things a namespace is. */
export const MetadefAssociation = Type.Object({ ...associationFields, ...instants }, closed);
export type MetadefAssociation = Static<typeof MetadefAssociation>;

/** A set of definitions, whole: as it is shown, and as it may be made at once. */
export const MetadefNamespace = Type.Object(
  {
    namespace: Name("Name of the namespace, the only one of it"),
    display_name: Type.Optional(Type.String({ maxLength: longestName, description: "Name for people" })),
    description: Type.Optional(Type.String({ maxLength: longestDescription })),
    visibility: Type.Optional(
      Type.Enum(["public", "private"], { type: "string", description: "Whether all projects see it, or its owner alone" }),
    ),
    protected: Type.Optional(Type.Boolean({ description: "Whether it is kept from deletion" })),
    owner: Type.Optional(Type.String({ minLength: 1, maxLength: longestOwner, description: "Project that owns it" })),
    schema: Shown("Address of the schema"),
    self: Shown("Address of the namespace"),
    ...instants,
    resource_type_associations: Type.Optional(Type.Array(MetadefAssociation)),
    properties: Type.Optional(Definitions),
    objects: Type.Optional(Type.Array(MetadefObject)),
    tags: Type.Optional(Type.Array(Type.Object({ name: Name("The tag") }, closed))),
  },
  closed,
);
export type MetadefNamespace = Static<typeof MetadefNamespace>;

/** Page parameters. Numbers are texts: they are judged where they are read. */
const page = {
  limit: Type.Optional(Type.String({ description: "At most so many; the server may give fewer" })),
  marker: Type.Optional(Type.String({ description: "Name of the last one of the page before" })),
  sort_dir: Type.Optional(Type.String({ description: "asc, or desc (default)" })),
};

/** Query of the list of namespaces. Other parameters are passed over. */
export const MetadefNamespacesQuery = Type.Object(
  {
    ...page,
    sort_key: Type.Optional(Type.String({ description: "created_at (default), updated_at, namespace, owner or visibility" })),
    visibility: Type.Optional(Type.String({ description: "public or private" })),
    resource_types: Type.Optional(Type.String({ description: "Types with commas between them: namespaces for one of them" })),
  },
  { additionalProperties: true },
);
export type MetadefNamespacesQuery = Static<typeof MetadefNamespacesQuery>;

/** Query of the lists of objects and tags. */
export const MetadefItemsQuery = Type.Object(
  { ...page, sort_key: Type.Optional(Type.String({ description: "created_at (default), updated_at or name" })) },
  { additionalProperties: true },
);
export type MetadefItemsQuery = Static<typeof MetadefItemsQuery>;

/** Query of calls that show properties as one type of things has them. */
export const ResourceTypeQuery = Type.Object(
  { resource_type: Type.Optional(Type.String({ description: "Names then bear the prefix of this type" })) },
  { additionalProperties: true },
);
export type ResourceTypeQuery = Static<typeof ResourceTypeQuery>;

const links = { schema: Type.Optional(Type.String()), first: Type.Optional(Type.String()), next: Type.Optional(Type.String()) };

export const MetadefNamespacesAnswer = Type.Object(
  { namespaces: Type.Array(MetadefNamespace), ...links },
  { description: "One page of namespaces" },
);
export type MetadefNamespacesAnswer = Static<typeof MetadefNamespacesAnswer>;
export const MetadefObjectsAnswer = Type.Object(
  { objects: Type.Array(MetadefObject), ...links },
  { description: "Objects of a namespace" },
);
export type MetadefObjectsAnswer = Static<typeof MetadefObjectsAnswer>;
export const MetadefPropertiesAnswer = Type.Object(
  { properties: Definitions },
  { description: "Properties of a namespace by their names" },
);
export type MetadefPropertiesAnswer = Static<typeof MetadefPropertiesAnswer>;
export const MetadefTagsAnswer = Type.Object({ tags: Type.Array(MetadefTag), ...links }, { description: "Tags" });
export type MetadefTagsAnswer = Static<typeof MetadefTagsAnswer>;
export const MetadefAssociationsAnswer = Type.Object(
  { resource_type_associations: Type.Array(MetadefAssociation) },
  { description: "The types that a namespace is for" },
);
export type MetadefAssociationsAnswer = Static<typeof MetadefAssociationsAnswer>;
export const ResourceTypesAnswer = Type.Object(
  { resource_types: Type.Array(Type.Object({ name: Type.String(), ...instants })) },
  { description: "Every type that is known" },
);
export type ResourceTypesAnswer = Static<typeof ResourceTypesAnswer>;
