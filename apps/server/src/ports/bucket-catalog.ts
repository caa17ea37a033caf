import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ProjectId } from "./ids.ts";
import type { KeyId } from "./key-service.ts";

export type StorageClass = "STANDARD" | "WARM" | "COLD";

export interface BucketRecord {
  /** Unique in the whole service, as S3 has it. */
  readonly name: string;
  readonly projectId: ProjectId;
  readonly storageClass: StorageClass;
  readonly createdAt: number;
}

/** One stretch of an object's content: a blob of the store. An object of a multipart upload has one per part, never copied together. */
export interface ObjectPart {
  readonly blobId: BlobId;
  readonly lengthBytes: number;
}

/** What an object's content is encrypted with: data keys under a master key of the project, or the store's own key, as everything there is. */
export type ObjectEncryption = { readonly method: "kms"; readonly keyId: KeyId } | { readonly method: "store" };

/** What a listing tells of an object: its parts (10,000 at most) and metadata are left out, so that a page stays small. */
export interface ObjectSummary {
  readonly bucket: string;
  readonly key: string;
  readonly lengthBytes: number;
  /**
   * Without quotes. MD5 hex of the content, or `<MD5 of the parts' MD5s>-<parts>` as S3 counts it; an exported object, or one of a
   * resumable upload, has 32 hex digits of no meaning and `-1`, since nobody sent or knows its MD5.
   */
  readonly etag: string;
  readonly storageClass: StorageClass;
  readonly modifiedAt: number;
}

export interface ObjectRecord extends ObjectSummary {
  readonly contentType: string;
  /** `x-amz-meta-*` and the standard headers that are kept, lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: readonly ObjectPart[];
  /** What was asked for when it was put. */
  readonly encryption?: ObjectEncryption | undefined;
}

export interface UploadRecord {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  readonly storageClass: StorageClass;
  readonly metadata: Readonly<Record<string, string>>;
  /** What the object shall be encrypted with. */
  readonly encryption?: ObjectEncryption | undefined;
  readonly createdAt: number;
}

export interface UploadPartRecord {
  readonly uploadId: string;
  readonly partNumber: number;
  readonly part: ObjectPart;
  readonly etag: string;
  readonly modifiedAt: number;
}

/** Place in a list of uploads: after this one. */
export interface UploadMarker {
  readonly key: string;
  readonly uploadId: string;
}

/** Buckets, objects and unfinished multipart uploads. Key order is by UTF-8 bytes. */
export interface BucketCatalog {
  /** Throws `DuplicateError` when the name is taken. */
  insertBucket(bucket: BucketRecord): Promise<void>;
  bucket(name: string): Promise<BucketRecord | undefined>;
  /** By name, ascending. */
  buckets(projectId: ProjectId): Promise<readonly BucketRecord[]>;
  deleteBucket(name: string): Promise<void>;
  /** True while the bucket holds an object or an unfinished upload. */
  bucketInUse(name: string): Promise<boolean>;

  /** Inserts or replaces; answers the record that was there before. Call it in a transaction. */
  putObject(object: ObjectRecord): Promise<ObjectRecord | undefined>;
  object(bucket: string, key: string): Promise<ObjectRecord | undefined>;
  /** Answers the record that was there. */
  deleteObject(bucket: string, key: string): Promise<ObjectRecord | undefined>;
  /** Keys after `after` that start with `prefix`, ascending, at most `limit`. */
  objects(
    bucket: string,
    page: { readonly prefix: string; readonly after: string; readonly limit: number },
  ): Promise<readonly ObjectSummary[]>;

  insertUpload(upload: UploadRecord): Promise<void>;
  upload(uploadId: string): Promise<UploadRecord | undefined>;
  /** By key, then id, ascending: those after `after` whose key starts with `prefix`, at most `limit`. */
  uploads(
    bucket: string,
    page: { readonly prefix: string; readonly after?: UploadMarker | undefined; readonly limit: number },
  ): Promise<readonly UploadRecord[]>;
  /** Removes the upload and its part rows. */
  deleteUpload(uploadId: string): Promise<void>;
  /** Inserts or replaces a part; answers the one that was there before. Call it in a transaction. */
  putPart(part: UploadPartRecord): Promise<UploadPartRecord | undefined>;
  /** By part number, ascending. */
  parts(uploadId: string): Promise<readonly UploadPartRecord[]>;
}
