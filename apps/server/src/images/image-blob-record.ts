import type { BlobRecord } from "@tintype/store/blob-store.ts";
import { Type } from "typebox";
import type { Static } from "typebox";
import { Value } from "typebox/value";
import type { ImageDisk, ImageRecord } from "../ports/image-catalog.ts";
import type { ImageId, ProjectId } from "../ports/ids.ts";

/** What a manifest has room for. */
export const maxImageRecordBytes = 64 * 1024;

const Instant = Type.Integer({ minimum: 0 });
const Size = Type.Integer({ minimum: 0 });

/** An image without what only the catalog decides (its status, its members, where its content came from) and what its blob tells itself (where its disk is, in which stores). */
const KeptImage = Type.Object({
  id: Type.String({ minLength: 1 }),
  projectId: Type.String({ minLength: 1 }),
  name: Type.String(),
  description: Type.String(),
  visibility: Type.Enum(["private", "shared", "community", "public"]),
  protected: Type.Boolean(),
  kind: Type.Enum(["system", "bareMetal", "data", "iso", "whole"]),
  containerFormat: Type.String(),
  diskFormat: Type.String(),
  minDiskGiB: Size,
  minRamMiB: Size,
  maxRamMiB: Size,
  osType: Type.Enum(["Linux", "Windows", "Other"]),
  osBit: Type.Enum(["32", "64"]),
  osVersion: Type.String(),
  platform: Type.String(),
  architecture: Type.Enum(["x86", "arm"]),
  firmware: Type.Enum(["bios", "uefi"]),
  origin: Type.Optional(Type.String()),
  sourceFormat: Type.Optional(Type.String()),
  enterpriseProjectId: Type.String(),
  tags: Type.Array(Type.String()),
  // A record by patterns would leave names with line breaks in them unchecked.
  properties: Type.Unsafe<Readonly<Record<string, string>>>(Type.Object({}, { additionalProperties: Type.String() })),
  createdAt: Instant,
  updatedAt: Instant,
  activeAt: Type.Optional(Instant),
  encryption: Type.Optional(Type.Object({ keyId: Type.String({ minLength: 1 }) })),
  lineage: Type.Optional(
    Type.Object({
      fromIso: Type.Optional(Type.Literal(true)),
      fromMarket: Type.Optional(Type.Literal(true)),
      isCharged: Type.Optional(Type.Literal(true)),
      fromPublicPlatform: Type.Optional(Type.String()),
      backup: Type.Optional(Type.Object({ service: Type.Enum(["CBR", "CSBS"]), isShared: Type.Optional(Type.Literal(true)) })),
    }),
  ),
  isPublished: Type.Optional(Type.Boolean()),
  isHidden: Type.Optional(Type.Boolean()),
  /** Format of the file that the blob holds; absent where it holds the disk's content. */
  blobFormat: Type.Optional(Type.Enum(["raw", "qcow2", "qcow", "qed", "vdi", "vmdk", "vhd", "vhdx", "zvhd", "zvhd2", "iso"])),
  /** Size of the disk that the blob holds; absent where it is the blob's length. */
  virtualSizeBytes: Type.Optional(Size),
  file: Type.Optional(
    Type.Object({
      lengthBytes: Size,
      md5: Type.String(),
      digest: Type.Object({ algorithm: Type.Enum(["sha256", "sha512"]), value: Type.String() }),
    }),
  ),
});
type KeptImage = Static<typeof KeptImage>;

const ImageBlobRecord = Type.Object({
  kind: Type.Literal("image"),
  image: KeptImage,
  /** How many tags and free attributes had no room; absent when all had. */
  leftOut: Type.Optional(Type.Object({ tags: Size, properties: Size })),
});

type ImageBlobRecord = Static<typeof ImageBlobRecord>;

/** Longest form of `leftOut`, with the comma before it. */
const leftOutBytes = 64;

/**
 * What the manifest of an image's disk says about the image, so that a catalog can be made again from the store alone. It tells the
 * image as it was when its content was stored; what was edited later is in the catalog and its backups.
 *
 * Shape  `{ kind: "image", image: { … }, leftOut? }`, at most 64 KiB as JSON. Tags, then free attributes, are kept as far as there is
 *        room for them, in their order; all other fields have bounds that fit.
 */
export function imageBlobRecord(image: ImageRecord): BlobRecord {
  const { id, projectId, status: _status, disks, stores: _places, memberCount: _members, ...described } = image;
  const { origin, sourceFormat, activeAt, encryption, lineage, file, locations: _locations, promised: _promised, ...others } = described;
  const { format: blobFormat, virtualSizeBytes } = disks[0] ?? {};
  const bare: KeptImage = {
    id,
    projectId,
    ...others,
    tags: [],
    properties: {},
    ...(origin !== undefined && { origin }),
    ...(sourceFormat !== undefined && { sourceFormat }),
    ...(activeAt !== undefined && { activeAt }),
    ...(encryption !== undefined && { encryption: { ...encryption } }),
    lineage: { ...lineage },
    ...(file !== undefined && { file: { ...file, digest: { ...file.digest } } }),
    ...(blobFormat !== undefined && { blobFormat }),
    ...(virtualSizeBytes !== undefined && { virtualSizeBytes }),
  };
  const room = { bytes: maxImageRecordBytes - leftOutBytes - jsonBytes({ kind: "image", image: bare }) };
  const tags = image.tags.filter((tag) => takesRoom(room, jsonBytes(tag)));
  const properties = Object.entries(image.properties).filter(([name, value]) => takesRoom(room, jsonBytes(name) + jsonBytes(value) + 1));
  const left = { tags: image.tags.length - tags.length, properties: Object.keys(image.properties).length - properties.length };
  return {
    kind: "image",
    image: { ...bare, tags, properties: Object.fromEntries(properties) },
    ...(left.tags + left.properties > 0 && { leftOut: left }),
  };
}

/**
 * The image that a manifest tells of, active, with the blob, in those stores, as its disk; undefined when the blob belongs to something else.
 *
 * Throws  Error naming the field, when a record says that it is an image's and is not one
 */
export function imageOfBlobRecord(record: BlobRecord, disk: ImageDisk, stores: readonly string[]): ImageRecord | undefined {
  if (record["kind"] !== "image") {
    return undefined;
  }
  if (!Value.Check(ImageBlobRecord, record)) {
    const [first] = Value.Errors(ImageBlobRecord, record);
    throw new Error(`The manifest of blob ${disk.blobId} tells of no image: ${first?.instancePath || "the record"} ${first?.message}`);
  }
  // Cleaning takes away fields that this version does not know; what was checked above stays as it is.
  const { image } = Value.Clean(ImageBlobRecord, structuredClone(record)) as ImageBlobRecord;
  const { id, projectId, origin, sourceFormat, activeAt, encryption, file, ...kept } = image;
  const { blobFormat, virtualSizeBytes = disk.virtualSizeBytes, ...described } = kept;
  const { lineage = {}, isPublished = false, isHidden = false, ...others } = described;
  return {
    ...others,
    // What stands in a manifest was an image's and a project's name when it was written.
    id: id as ImageId,
    projectId: projectId as ProjectId,
    status: "active",
    disks: [{ ...disk, virtualSizeBytes, ...(blobFormat !== undefined && { format: blobFormat }) }],
    stores,
    origin,
    sourceFormat,
    activeAt,
    encryption,
    lineage,
    isPublished,
    memberCount: 0,
    isHidden,
    file,
    locations: [],
    promised: undefined,
  };
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Takes the bytes, and one for the comma, when there are so many left. */
function takesRoom(room: { bytes: number }, bytes: number): boolean {
  const fits = bytes + 1 <= room.bytes;
  room.bytes -= fits ? bytes + 1 : 0;
  return fits;
}
