import { Type } from "typebox";
import type { Static } from "typebox";

const Bytes = (description: string) => Type.Integer({ minimum: 0, description });
const Count = (description: string) => Type.Integer({ minimum: 0, description });

const logicalBytes = Bytes("length of the contents, zeros counted");

/** What a project's images and objects weigh. */
export const ProjectWeight = Type.Object({
  projectId: Type.String({ description: "empty for bytes that belong to no project" }),
  images: Count("images with content"),
  blobs: Count("contents: disks of images, parts of objects"),
  logicalBytes,
  storedBytes: Bytes("what their chunks take, compressed, each counted once"),
  uniqueBytes: Bytes("what of that no other project uses: what would come back without them"),
});
export type ProjectWeight = Static<typeof ProjectWeight>;

const perStore = "one by one, where there are several stores";
const storeName = Type.String({ description: "name of the store" });

const weights = {
  logicalBytes,
  storedBytes: Bytes("what the packs hold, compressed, also what a collection would free"),
  uniqueBytes: Bytes("what of that is in use, each chunk counted once"),
  chunks: Count("chunks in packs"),
  packs: Count("packs"),
  blobs: Count("contents: disks of images, parts of objects"),
};

/** What one of several stores holds. */
export const StoreWeight = Type.Object({
  store: storeName,
  isDefault: Type.Boolean({ description: "whether new contents go there unless another store is asked for" }),
  weight: Type.Integer({ description: "the larger is read from first" }),
  type: Type.Enum(["file", "s3"]),
  place: Type.String({ description: "where its bytes lie" }),
  ...weights,
});
export type StoreWeight = Static<typeof StoreWeight>;

/** Answer of `GET /api/v1/store`. */
export const StoreStats = Type.Object(
  {
    ...weights,
    images: Count("images with content"),
    projects: Type.Array(ProjectWeight),
    stores: Type.Optional(
      Type.Array(StoreWeight, { description: `${perStore}; a content that lies in several counts in each, and so in the sums` }),
    ),
  },
  { description: "What the store holds" },
);
export type StoreStats = Static<typeof StoreStats>;

/** Answer of `GET /api/v1/store/images/{image_id}`. */
export const ImageWeight = Type.Object(
  {
    imageId: Type.String(),
    logicalBytes,
    storedBytes: Bytes("what its chunks take, compressed, each counted once"),
    uniqueBytes: Bytes("what of that nothing else uses: what deleting it frees"),
  },
  { description: "What an image weighs" },
);
export type ImageWeight = Static<typeof ImageWeight>;

/** Body of `POST /api/v1/store/collections`. */
export const CollectionRequest = Type.Object({
  dryRun: Type.Optional(Type.Boolean({ description: "only tell what would be freed; false when absent" })),
  graceSeconds: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 31_536_000, description: "how long a pack stays condemned; upkeep.graceMinutes when absent" }),
  ),
});
export type CollectionRequest = Static<typeof CollectionRequest>;

const collected = {
  deadChunks: Count("chunks that nobody uses"),
  deadBytes: Bytes("their bytes, compressed"),
  condemnedPacks: Count("packs that were condemned by this run"),
  removedPacks: Count("packs without a chunk in use that were removed"),
  compactedPacks: Count("packs whose chunks in use were moved to others"),
  freedBytes: Type.Integer({ description: "by how much the packs became less; with dryRun, would" }),
  damagedPacks: Type.Array(Type.Object({ pack: Type.String(), reason: Type.String() }), {
    description: "packs that were to go and stay, because something in use in them is damaged",
  }),
};

/** Result of a collection. */
export const CollectionReport = Type.Object(
  {
    dryRun: Type.Boolean(),
    ...collected,
    stores: Type.Optional(Type.Array(Type.Object({ store: storeName, ...collected }), { description: perStore })),
  },
  { description: "What a collection found and freed" },
);
export type CollectionReport = Static<typeof CollectionReport>;

/** Body of `POST /api/v1/store/verifications`. */
export const VerificationRequest = Type.Object({
  read: Type.Optional(Type.Boolean({ description: "read every byte, not only the structure; false when absent" })),
});
export type VerificationRequest = Static<typeof VerificationRequest>;

/** Something that is not as it should be. */
export const Finding = Type.Object({
  store: Type.Optional(Type.String({ description: "name of the store, where there are several" })),
  severity: Type.Enum(["damage", "note"], { description: "damage: something cannot be read; note: nothing is lost" }),
  kind: Type.Enum(["format", "manifest", "pack", "chunk", "blob", "file"]),
  message: Type.String({ description: "what is wrong, where, and what to do" }),
  file: Type.Optional(Type.String({ description: "name in the store" })),
  chunk: Type.Optional(Type.String({ description: "hex" })),
  offset: Type.Optional(Type.Integer({ description: "where in the file, in bytes" })),
  blobs: Type.Array(Type.String(), { description: "contents that suffer, at most 100 of them" }),
  blobCount: Count("all of them"),
  images: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), { description: "whose they are" }),
});
export type Finding = Static<typeof Finding>;

const verified = {
  blobs: Count("contents looked at"),
  packs: Count("packs looked at"),
  chunks: Count("chunks looked at"),
  bytesRead: Bytes("bytes of chunks read and proven"),
  damages: Count("findings that are damage"),
  notes: Count("findings that are notes"),
};

/** Result of a verification. */
export const VerificationReport = Type.Object(
  {
    read: Type.Boolean(),
    ...verified,
    stores: Type.Optional(Type.Array(Type.Object({ store: storeName, ...verified }), { description: perStore })),
    findings: Type.Array(Finding, { description: "the first 1000" }),
  },
  { description: "What a verification found" },
);
export type VerificationReport = Static<typeof VerificationReport>;

/** What `tintype store rebuild` did. */
export const RebuildReport = Type.Object({
  addedImages: Count("images made anew"),
  keptImages: Count("images that the catalog had"),
  correctedStores: Count("images that lie in other stores than the catalog said"),
  otherBlobs: Count("contents that belong to no image"),
  unreadable: Type.Array(Type.String(), { description: "manifests that could not be used, and why" }),
});
export type RebuildReport = Static<typeof RebuildReport>;

/** Answer of `POST /api/v1/store/backups`. */
export const CatalogBackup = Type.Object({ place: Type.String({ description: "where the copy of the catalog is" }) });
export type CatalogBackup = Static<typeof CatalogBackup>;
