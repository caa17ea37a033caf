/**
 * JSON schemas that the native interface shows of itself, as its clients expect them.
 *
 * Source  the schema calls of the native image interface of IMS
 */

const uuid = "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$";
const text = (description: string, maxLength?: number) => ({ type: "string", description, ...(maxLength !== undefined && { maxLength }) });
const integer = (description: string) => ({ type: "integer", description });
const id = (description: string) => ({ type: "string", pattern: uuid, description });
const custom = (description: string) => ({ type: "string", is_base: false, description });

/** `GET /v2/schemas/image` */
export const imageSchema = {
  name: "image",
  additionalProperties: { type: "string" },
  links: [
    { href: "{self}", rel: "self" },
    { href: "{file}", rel: "enclosure" },
    { href: "{schema}", rel: "describedby" },
  ],
  properties: {
    id: id("Identifier of the image"),
    name: text("Name for people", 255),
    status: {
      type: "string",
      enum: ["queued", "saving", "active", "killed", "deleted", "pending_delete"],
      description: "Where the image is in its life",
    },
    visibility: { type: "string", enum: ["public", "private"], description: "Who can see the image" },
    protected: { type: "boolean", description: "Whether the image is kept from deletion" },
    owner: text("Project that owns the image", 255),
    checksum: text("MD5 digest of the content", 32),
    container_format: { type: "string", enum: ["ami", "ari", "aki", "bare", "ovf", "ova"], description: "Format of the container" },
    disk_format: {
      type: "string",
      enum: ["ami", "ari", "aki", "vhd", "vmdk", "raw", "qcow2", "vdi", "iso"],
      description: "Format of the disk",
    },
    min_ram: integer("Memory in MB that a server needs at least"),
    min_disk: integer("Disk in GB that a server needs at least"),
    size: integer("Size of the content in bytes"),
    virtual_size: integer("Size of the disk in bytes"),
    tags: { type: "array", items: { type: "string", maxLength: 255 }, description: "Labels of the image" },
    created_at: text("When the image was made"),
    updated_at: text("When the image was last changed"),
    direct_url: text("Where the content is kept"),
    self: text("Address of the image"),
    file: text("Address of the content"),
    schema: text("Address of this schema"),
    locations: {
      type: "array",
      items: {
        type: "object",
        required: ["url", "metadata"],
        properties: { url: { type: "string", maxLength: 255 }, metadata: { type: "object" } },
      },
      description: "Places of the content",
    },
    kernel_id: { ...id("Image of the kernel that boots this one"), is_base: false },
    ramdisk_id: { ...id("Image of the initial memory disk that boots this one"), is_base: false },
    instance_uuid: custom("Server that the image was made from"),
    architecture: custom("Architecture of the operating system"),
    os_distro: custom("Name of the operating system"),
    os_version: custom("Version of the operating system"),
  },
} as const;

/** `GET /v2/schemas/images` */
export const imagesSchema = {
  name: "images",
  links: [
    { href: "{first}", rel: "first" },
    { href: "{next}", rel: "next" },
    { href: "{schema}", rel: "describedby" },
  ],
  properties: {
    images: { type: "array", items: imageSchema },
    schema: { type: "string" },
    next: { type: "string" },
    first: { type: "string" },
  },
} as const;

/** `GET /v2/schemas/member` */
export const memberSchema = {
  name: "member",
  properties: {
    image_id: id("Image that is shared"),
    member_id: text("Project that it is shared with"),
    status: { type: "string", enum: ["pending", "accepted", "rejected"], description: "What that project answered" },
    created_at: text("When the image was shared"),
    updated_at: text("When the answer last changed"),
    schema: { readOnly: true, type: "string" },
  },
} as const;

/** `GET /v2/schemas/members` */
export const membersSchema = {
  name: "members",
  links: [{ href: "{schema}", rel: "describedby" }],
  properties: { members: { type: "array", items: memberSchema }, schema: { type: "string" } },
} as const;
