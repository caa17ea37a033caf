import type { Kysely, Selectable } from "kysely";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type {
  BucketCatalog,
  BucketRecord,
  ObjectRecord,
  ObjectSummary,
  UploadPartRecord,
  UploadRecord,
} from "../../ports/bucket-catalog.ts";
import { DuplicateError } from "../../ports/catalog.ts";
import type { ProjectId } from "../../ports/ids.ts";
import { afterPrefix } from "./after-prefix.ts";
import type { BucketsTables } from "./buckets-tables.ts";
import type { Tables } from "./tables.ts";

type BucketRow = Selectable<BucketsTables["buckets"]>;
type ObjectRow = Selectable<BucketsTables["objects"]>;
type UploadRow = Selectable<BucketsTables["uploads"]>;
type PartRow = Selectable<BucketsTables["upload_parts"]>;

/** Buckets in an SQL database. The parts of an object lie in its row: finishing an upload of 10,000 parts writes one row. */
export function sqlBucketCatalog(db: Kysely<Tables>): BucketCatalog {
  return { ...bucketsOf(db), ...objectsOf(db), ...uploadsOf(db), ...partsOf(db) };
}

function bucketsOf(db: Kysely<Tables>): Pick<BucketCatalog, "insertBucket" | "bucket" | "buckets" | "deleteBucket" | "bucketInUse"> {
  return {
    async insertBucket(bucket) {
      const row = { name: bucket.name, project_id: bucket.projectId, storage_class: bucket.storageClass, created_at: bucket.createdAt };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("buckets")
        .values(row)
        .onConflict((conflict) => conflict.column("name").doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows !== 1n) {
        throw new DuplicateError(`There is a bucket ${bucket.name} already`);
      }
    },
    async bucket(name) {
      const row = await db.selectFrom("buckets").selectAll().where("name", "=", name).executeTakeFirst();
      return row && toBucket(row);
    },
    async buckets(projectId) {
      const rows = await db.selectFrom("buckets").selectAll().where("project_id", "=", projectId).orderBy("name").execute();
      return rows.map(toBucket);
    },
    async deleteBucket(name) {
      await db.deleteFrom("buckets").where("name", "=", name).execute();
    },
    async bucketInUse(name) {
      const object = await db.selectFrom("objects").select("key").where("bucket", "=", name).limit(1).executeTakeFirst();
      return (
        object !== undefined || (await db.selectFrom("uploads").select("key").where("bucket", "=", name).limit(1).execute()).length > 0
      );
    },
  };
}

function objectsOf(db: Kysely<Tables>): Pick<BucketCatalog, "putObject" | "object" | "deleteObject" | "objects"> {
  const object = async (bucket: string, key: string) => {
    const row = await db.selectFrom("objects").selectAll().where("bucket", "=", bucket).where("key", "=", key).executeTakeFirst();
    return row && toObject(row);
  };
  return {
    object,
    async putObject(record) {
      const previous = await object(record.bucket, record.key);
      const row = toObjectRow(record);
      await db
        .insertInto("objects")
        .values(row)
        .onConflict((conflict) => conflict.columns(["bucket", "key"]).doUpdateSet(row))
        .execute();
      return previous;
    },
    async deleteObject(bucket, key) {
      const row = await db.deleteFrom("objects").where("bucket", "=", bucket).where("key", "=", key).returningAll().executeTakeFirst();
      return row && toObject(row);
    },
    async objects(bucket, { prefix, after, limit }) {
      const end = afterPrefix(prefix);
      let query = db
        .selectFrom("objects")
        .select(["bucket", "key", "length_bytes", "etag", "storage_class", "modified_at"])
        .where("bucket", "=", bucket)
        .where("key", ">=", prefix)
        .where("key", ">", after);
      if (end !== undefined) {
        query = query.where("key", "<", end);
      }
      return (await query.orderBy("key").limit(limit).execute()).map(toSummary);
    },
  };
}

function uploadsOf(db: Kysely<Tables>): Pick<BucketCatalog, "insertUpload" | "upload" | "uploads" | "deleteUpload"> {
  return {
    async insertUpload(upload) {
      await db.insertInto("uploads").values(toUploadRow(upload)).execute();
    },
    async upload(uploadId) {
      const row = await db.selectFrom("uploads").selectAll().where("upload_id", "=", uploadId).executeTakeFirst();
      return row && toUpload(row);
    },
    async uploads(bucket, { prefix, after, limit }) {
      const end = afterPrefix(prefix);
      let query = db.selectFrom("uploads").selectAll().where("bucket", "=", bucket).where("key", ">=", prefix);
      if (end !== undefined) {
        query = query.where("key", "<", end);
      }
      if (after !== undefined) {
        query = query.where((uploads) =>
          uploads.or([
            uploads("key", ">", after.key),
            uploads.and([uploads("key", "=", after.key), uploads("upload_id", ">", after.uploadId)]),
          ]),
        );
      }
      return (await query.orderBy("key").orderBy("upload_id").limit(limit).execute()).map(toUpload);
    },
    async deleteUpload(uploadId) {
      await db.deleteFrom("uploads").where("upload_id", "=", uploadId).execute();
    },
  };
}

function partsOf(db: Kysely<Tables>): Pick<BucketCatalog, "putPart" | "parts"> {
  return {
    async putPart(part) {
      const previous = await db
        .selectFrom("upload_parts")
        .selectAll()
        .where("upload_id", "=", part.uploadId)
        .where("part_number", "=", part.partNumber)
        .executeTakeFirst();
      const row = toPartRow(part);
      await db
        .insertInto("upload_parts")
        .values(row)
        .onConflict((conflict) => conflict.columns(["upload_id", "part_number"]).doUpdateSet(row))
        .execute();
      return previous && toPart(previous);
    },
    async parts(uploadId) {
      const rows = await db.selectFrom("upload_parts").selectAll().where("upload_id", "=", uploadId).orderBy("part_number").execute();
      return rows.map(toPart);
    },
  };
}

// Rows are written by the functions below alone, so the words and the JSON in them are ours.

function toBucket(row: BucketRow): BucketRecord {
  return {
    name: row.name,
    projectId: row.project_id as ProjectId,
    storageClass: row.storage_class as BucketRecord["storageClass"],
    createdAt: row.created_at,
  };
}

function toSummary(row: Omit<ObjectRow, "content_type" | "encryption" | "metadata" | "parts">): ObjectSummary {
  return {
    bucket: row.bucket,
    key: row.key,
    lengthBytes: row.length_bytes,
    etag: row.etag,
    storageClass: row.storage_class as ObjectSummary["storageClass"],
    modifiedAt: row.modified_at,
  };
}

function toObject(row: ObjectRow): ObjectRecord {
  const parts = JSON.parse(row.parts) as [BlobId, number][];
  return {
    ...toSummary(row),
    contentType: row.content_type,
    metadata: JSON.parse(row.metadata) as ObjectRecord["metadata"],
    parts: parts.map(([blobId, lengthBytes]) => ({ blobId, lengthBytes })),
    ...encryptionOf(row),
  };
}

function encryptionOf({ encryption }: Pick<ObjectRow, "encryption">): Pick<ObjectRecord, "encryption"> {
  return encryption === null ? {} : { encryption: JSON.parse(encryption) as NonNullable<ObjectRecord["encryption"]> };
}

function toObjectRow(object: ObjectRecord): ObjectRow {
  return {
    bucket: object.bucket,
    key: object.key,
    length_bytes: object.lengthBytes,
    etag: object.etag,
    content_type: object.contentType,
    storage_class: object.storageClass,
    modified_at: object.modifiedAt,
    metadata: JSON.stringify(object.metadata),
    parts: JSON.stringify(object.parts.map((part) => [part.blobId, part.lengthBytes])),
    encryption: object.encryption === undefined ? null : JSON.stringify(object.encryption),
  };
}

function toUpload(row: UploadRow): UploadRecord {
  return {
    uploadId: row.upload_id,
    bucket: row.bucket,
    key: row.key,
    contentType: row.content_type,
    storageClass: row.storage_class as UploadRecord["storageClass"],
    metadata: JSON.parse(row.metadata) as UploadRecord["metadata"],
    ...encryptionOf(row),
    createdAt: row.created_at,
  };
}

function toUploadRow(upload: UploadRecord): UploadRow {
  return {
    upload_id: upload.uploadId,
    bucket: upload.bucket,
    key: upload.key,
    content_type: upload.contentType,
    storage_class: upload.storageClass,
    metadata: JSON.stringify(upload.metadata),
    encryption: upload.encryption === undefined ? null : JSON.stringify(upload.encryption),
    created_at: upload.createdAt,
  };
}

function toPart(row: PartRow): UploadPartRecord {
  return {
    uploadId: row.upload_id,
    partNumber: row.part_number,
    part: { blobId: row.blob_id as BlobId, lengthBytes: row.length_bytes },
    etag: row.etag,
    modifiedAt: row.modified_at,
  };
}

function toPartRow(part: UploadPartRecord): PartRow {
  return {
    upload_id: part.uploadId,
    part_number: part.partNumber,
    blob_id: part.part.blobId,
    length_bytes: part.part.lengthBytes,
    etag: part.etag,
    modified_at: part.modifiedAt,
  };
}
