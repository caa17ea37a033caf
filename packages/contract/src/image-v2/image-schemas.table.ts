import { containerFormats, diskFormats, imageStatuses, imageVisibilities, uuidPattern } from "./image-words.table.ts";

/**
 * The JSON schemas that the Image API shows of its images, members and tasks. Clients build their fields and their help from them: a property
 * with `is_base` false may be removed, one with `readOnly` is never sent.
 *
 * Source  OpenStack Image API reference, "Image Schemas" and "Task Schemas"
 */

const text = (description: string, maxLength: number) => ({ type: ["null", "string"], description, maxLength });
const size = (description: string) => ({ type: ["null", "integer"], readOnly: true, description });
const count = (description: string) => ({ type: "integer", description });
const set = (description: string) => ({ type: "string", readOnly: true, description });
const custom = (description: string) => ({ type: "string", description, is_base: false });
const bootImage = (description: string) => ({ type: ["null", "string"], pattern: uuidPattern, description, is_base: false });
const id = (description: string) => ({ type: "string", pattern: uuidPattern, description });
const describedBy = { rel: "describedby", href: "{schema}" };
const pageLinks = [{ rel: "first", href: "{first}" }, { rel: "next", href: "{next}" }, describedBy];

/** `GET /v2/schemas/image` */
export const imageSchema = {
  name: "image",
  properties: {
    id: id("Identifier of the image"),
    name: text("Name for people", 255),
    status: { type: "string", readOnly: true, enum: imageStatuses, description: "Where the image is in its life" },
    visibility: { type: "string", enum: imageVisibilities, description: "Who may see the image" },
    protected: { type: "boolean", description: "Whether the image is kept from deletion" },
    os_hidden: { type: "boolean", description: "Whether lists leave the image out unless they are asked for such" },
    checksum: { ...text("MD5 digest of the content, hexadecimal", 32), readOnly: true },
    os_hash_algo: { ...text("Name of the digest in os_hash_value", 64), readOnly: true },
    os_hash_value: { ...text("Digest of the content, hexadecimal", 128), readOnly: true },
    owner: text("Project that owns the image", 255),
    size: size("Length of the content in bytes"),
    virtual_size: size("Size of the disk in bytes"),
    container_format: { type: ["null", "string"], enum: [null, ...containerFormats], description: "Format of the container" },
    disk_format: { type: ["null", "string"], enum: [null, ...diskFormats], description: "Format of the disk" },
    created_at: set("When the image was made"),
    updated_at: set("When the image was last changed"),
    tags: { type: "array", items: { type: "string", maxLength: 255 }, description: "Words that the image carries" },
    direct_url: set("Where the content is kept"),
    min_ram: count("Memory in MiB that a server needs at least"),
    min_disk: count("Disk in GiB that a server needs at least"),
    self: set("Address of the image"),
    file: set("Address of the content"),
    schema: set("Address of this schema"),
    locations: {
      type: "array",
      description: "Places of the content",
      items: {
        type: "object",
        required: ["url", "metadata"],
        properties: {
          url: { type: "string", maxLength: 2048 },
          metadata: { type: "object" },
          validation_data: {
            type: "object",
            writeOnly: true,
            additionalProperties: false,
            required: ["os_hash_algo", "os_hash_value"],
            description: "Digests that the content at this place has",
            properties: {
              checksum: { type: "string", minLength: 32, maxLength: 32 },
              os_hash_algo: { type: "string", maxLength: 64 },
              os_hash_value: { type: "string", maxLength: 128 },
            },
          },
        },
      },
    },
    kernel_id: bootImage("Image of the kernel that boots this one"),
    ramdisk_id: bootImage("Image of the initial memory disk that boots this one"),
    instance_uuid: custom("Server that the image was made from"),
    architecture: custom("Architecture of the processor that the system needs"),
    os_distro: custom("Short name of the operating system"),
    os_version: custom("Version of the operating system"),
    description: custom("A few words about the image"),
    cinder_encryption_key_id: custom("Key of the key manager that opens a volume made from the image"),
    cinder_encryption_key_deletion_policy: {
      ...custom("What becomes of that key with the image"),
      enum: ["on_image_deletion", "do_not_delete"],
    },
  },
  additionalProperties: { type: "string" },
  links: [{ rel: "self", href: "{self}" }, { rel: "enclosure", href: "{file}" }, describedBy],
} as const;

/** `GET /v2/schemas/images` */
export const imagesSchema = {
  name: "images",
  properties: {
    images: { type: "array", items: imageSchema },
    first: { type: "string" },
    next: { type: "string" },
    schema: { type: "string" },
  },
  links: pageLinks,
} as const;

/** `GET /v2/schemas/member` */
export const memberSchema = {
  name: "member",
  properties: {
    member_id: { type: "string", description: "Project that the image is shared with" },
    image_id: id("The image"),
    created_at: { type: "string", description: "When it was shared" },
    updated_at: { type: "string", description: "When the answer last changed" },
    status: { type: "string", enum: ["pending", "accepted", "rejected"], description: "What that project answered" },
    schema: { readOnly: true, type: "string" },
  },
} as const;

/** `GET /v2/schemas/members` */
export const membersSchema = {
  name: "members",
  properties: { members: { type: "array", items: memberSchema }, schema: { type: "string" } },
  links: [describedBy],
} as const;

const listedTask = {
  id: id("Identifier of the task"),
  type: { type: "string", enum: ["import", "api_image_import", "location_import"], description: "What the task does" },
  status: { type: "string", enum: ["pending", "processing", "success", "failure"], description: "How far it is" },
  owner: { type: "string", description: "Project that the task belongs to" },
  image_id: { type: "string", description: "Image that it is about" },
  request_id: { type: "string", description: "Request that started it" },
  user_id: { type: "string", description: "User who started it" },
  expires_at: { type: ["null", "string"], description: "When it may be forgotten" },
  created_at: { type: "string", description: "When it was started" },
  updated_at: { type: "string", description: "When it last changed" },
  self: { readOnly: true, type: "string" },
  schema: { readOnly: true, type: "string" },
} as const;

/** `GET /v2/schemas/task` */
export const taskSchema = {
  name: "task",
  properties: {
    ...listedTask,
    input: { type: ["null", "object"], description: "What it was asked to do" },
    result: { type: ["null", "object"], description: "What came of it" },
    message: { type: "string", description: "A word about its state, above all about a failure" },
  },
} as const;

/** `GET /v2/schemas/tasks` */
export const tasksSchema = {
  name: "tasks",
  properties: { tasks: { type: "array", items: { name: "task", properties: listedTask } }, schema: { type: "string" } },
  links: [describedBy],
} as const;
