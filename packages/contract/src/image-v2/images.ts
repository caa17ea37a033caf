import { Type } from "typebox";
import type { Static } from "typebox";
import { ImageLocationV2 } from "./locations.ts";
import { containerFormats, diskFormats, imageStatuses, imageVisibilities, mostMinimum, uuidPattern } from "./image-words.table.ts";

/** Longest name of an image, of a property, of a tag and of an owner. */
export const longestWord = 255;

const Word = Type.String({ maxLength: longestWord });
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Minimum = (description: string) => Type.Integer({ minimum: 0, maximum: mostMinimum, description });

/** What every image has and its owner sets, with the values that it takes; a null unsets. */
export const settableAttributes = {
  name: Nullable(Word),
  visibility: Type.Enum([...imageVisibilities], { type: "string" }),
  protected: Type.Boolean(),
  os_hidden: Type.Boolean(),
  owner: Type.String({ minLength: 1, maxLength: longestWord }),
  container_format: Nullable(Type.Enum([...containerFormats], { type: "string" })),
  disk_format: Nullable(Type.Enum([...diskFormats], { type: "string" })),
  min_ram: Minimum("MiB"),
  min_disk: Minimum("GiB"),
  tags: Type.Array(Word),
} as const;

/** Properties that take less than every text. */
export const typedProperties: Readonly<Record<string, Type.TSchema>> = {
  kernel_id: Nullable(Type.String({ pattern: uuidPattern })),
  ramdisk_id: Nullable(Type.String({ pattern: uuidPattern })),
  cinder_encryption_key_deletion_policy: Type.Enum(["on_image_deletion", "do_not_delete"], { type: "string" }),
};

/** What the service alone sets. */
export const readOnlyAttributes: ReadonlySet<string> = new Set([
  "created_at",
  "updated_at",
  "status",
  "checksum",
  "size",
  "virtual_size",
  "os_hash_algo",
  "os_hash_value",
  "direct_url",
  "self",
  "file",
  "schema",
  "stores",
]);

/** Names that no property may have. */
export const reservedAttributes: ReadonlySet<string> = new Set(["location", "locations", "deleted", "deleted_at"]);

/** Names that begin so are the service's own. */
export const reservedPrefix = "os_glance";

/** Body of `POST /v2/images`. What is no attribute of every image is a property, and a text. */
export const CreateImageBody = Type.Object(
  {
    id: Type.Optional(Type.String({ pattern: uuidPattern, description: "one is made when it is absent" })),
    ...Type.Partial(Type.Object(settableAttributes)).properties,
  },
  { additionalProperties: true, description: "The image; every other field is a property, and a text" },
);
export type CreateImageBody = Static<typeof CreateImageBody>;

const Shown = Nullable(Type.String());
const Amount = Nullable(Type.Integer());

/** An image. Its properties stand beside what every image has. */
export const ImageV2 = Type.Object(
  {
    id: Type.String(),
    name: Shown,
    status: Type.Enum([...imageStatuses], { type: "string" }),
    visibility: settableAttributes.visibility,
    protected: Type.Boolean(),
    os_hidden: Type.Boolean(),
    owner: Shown,
    size: Amount,
    virtual_size: Amount,
    checksum: Shown,
    os_hash_algo: Shown,
    os_hash_value: Shown,
    disk_format: Shown,
    container_format: Shown,
    min_disk: Type.Integer(),
    min_ram: Type.Integer(),
    created_at: Type.String(),
    updated_at: Type.String(),
    tags: Type.Array(Type.String()),
    self: Type.String(),
    file: Type.String(),
    schema: Type.String(),
    locations: Type.Optional(Type.Array(ImageLocationV2, { description: "Where the content lies; for the owner and administrators" })),
  },
  { additionalProperties: true, description: "An image; every other field is a property, and a text" },
);
export type ImageV2 = Static<typeof ImageV2>;

/** Answer of `GET /v2/images`. */
export const ImagesV2Answer = Type.Object(
  {
    images: Type.Array(ImageV2),
    first: Type.String({ description: "address of the first page" }),
    next: Type.Optional(Type.String({ description: "address of the next page, behind one that was full" })),
    schema: Type.String(),
  },
  { description: "One page of images" },
);
export type ImagesV2Answer = Static<typeof ImagesV2Answer>;

const Given = (description: string) => Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())], { description }));
const words = "also in: and a list with commas";

/** Parameters of `GET /v2/images`. Every other one selects by the property of its name. */
export const ListImagesV2Query = Type.Object(
  {
    limit: Given("how many at most; 25 when absent, never more than 1000"),
    marker: Given("id of the image behind which the page begins"),
    sort: Given("keys with commas between them, each with :asc or :desc behind it or without"),
    sort_key: Given("may come more than once"),
    sort_dir: Given("asc or desc: none, one, or as many as keys"),
    id: Given(words),
    name: Given(words),
    status: Given(words),
    container_format: Given(words),
    disk_format: Given(words),
    owner: Given("a project"),
    visibility: Given("public, private, shared, community or all"),
    member_status: Given("which of the images that others share: accepted, pending, rejected or all"),
    tag: Given("may come more than once: all of them"),
    protected: Given("true or false"),
    os_hidden: Given("true or false; hidden images are left out when absent"),
    created_at: Given("gt, gte, lt, lte, eq or neq, a colon, and a time"),
    updated_at: Given("as created_at"),
    size_min: Given("bytes; also for min_disk, min_ram and virtual_size"),
    size_max: Given("bytes; also for min_disk, min_ram and virtual_size"),
  },
  { additionalProperties: true },
);

/** Content types of the two forms of a patch. The older one names the operation first. */
export const patchTypes = {
  "application/openstack-images-v2.1-json-patch": "v2.1",
  "application/openstack-images-v2.0-json-patch": "v2.0",
} as const;
export type PatchForm = (typeof patchTypes)[keyof typeof patchTypes];

/** Body of `PATCH /v2/images/{image_id}`. */
export const PatchImageBody = Type.Array(
  Type.Object(
    {
      op: Type.Optional(Type.String({ description: "v2.1: add, replace or remove" })),
      path: Type.Optional(Type.String({ description: "v2.1: a slash and the attribute" })),
      add: Type.Optional(Type.String({ description: "v2.0: the path" })),
      replace: Type.Optional(Type.String({ description: "v2.0: the path" })),
      remove: Type.Optional(Type.String({ description: "v2.0: the path" })),
      value: Type.Optional(Type.Unknown()),
    },
    { additionalProperties: true },
  ),
);
export type PatchImageBody = Static<typeof PatchImageBody>;
