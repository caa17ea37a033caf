import type { Operation } from "./obs-call.ts";
import { settingsOperations } from "./operations/bucket-settings.ts";
import { copyObject } from "./operations/copy-object.ts";
import { createBucket } from "./operations/create-bucket.ts";
import { deleteBucket } from "./operations/delete-bucket.ts";
import { deleteObject, deleteObjects } from "./operations/delete-objects.ts";
import { getObject, headObject } from "./operations/get-object.ts";
import { headBucket } from "./operations/head-bucket.ts";
import { listBuckets } from "./operations/list-buckets.ts";
import { listObjectsV1, listObjectsV2 } from "./operations/list-objects.ts";
import { listParts } from "./operations/list-parts.ts";
import { listUploads } from "./operations/list-uploads.ts";
import { abortUpload, completeUpload, createUpload } from "./operations/multipart-uploads.ts";
import { putObject } from "./operations/put-object.ts";
import { copyPart, uploadPart } from "./operations/upload-parts.ts";

const copySource = "x-amz-copy-source";

/** Everything that the endpoint does. */
export const operations: readonly Operation[] = [
  { name: "ListBuckets", method: "GET", about: "service", access: "read", answer: listBuckets },

  { name: "CreateBucket", method: "PUT", about: "bucket", access: "write", answer: createBucket },
  { name: "HeadBucket", method: "HEAD", about: "bucket", access: "read", answer: headBucket },
  { name: "DeleteBucket", method: "DELETE", about: "bucket", access: "write", answer: deleteBucket },
  { name: "ListObjects", method: "GET", about: "bucket", access: "read", answer: listObjectsV1 },
  { name: "ListObjectsV2", method: "GET", about: "bucket", parameter: "list-type", access: "read", answer: listObjectsV2 },
  { name: "ListMultipartUploads", method: "GET", about: "bucket", parameter: "uploads", access: "read", answer: listUploads },
  { name: "DeleteObjects", method: "POST", about: "bucket", parameter: "delete", access: "write", answer: deleteObjects },
  ...settingsOperations,

  { name: "PutObject", method: "PUT", about: "object", access: "write", answer: putObject },
  { name: "CopyObject", method: "PUT", about: "object", header: copySource, access: "write", answer: copyObject },
  { name: "GetObject", method: "GET", about: "object", access: "read", answer: getObject },
  { name: "HeadObject", method: "HEAD", about: "object", access: "read", answer: headObject },
  { name: "DeleteObject", method: "DELETE", about: "object", access: "write", answer: deleteObject },
  { name: "CreateMultipartUpload", method: "POST", about: "object", parameter: "uploads", access: "write", answer: createUpload },
  { name: "UploadPart", method: "PUT", about: "object", parameter: "uploadId", access: "write", answer: uploadPart },
  { name: "UploadPartCopy", method: "PUT", about: "object", parameter: "uploadId", header: copySource, access: "write", answer: copyPart },
  { name: "ListParts", method: "GET", about: "object", parameter: "uploadId", access: "read", answer: listParts },
  { name: "CompleteMultipartUpload", method: "POST", about: "object", parameter: "uploadId", access: "write", answer: completeUpload },
  { name: "AbortMultipartUpload", method: "DELETE", about: "object", parameter: "uploadId", access: "write", answer: abortUpload },
];

/**
 * Query parameters that make another request of the same method and path. One that no operation names is refused: `PUT /b/k?acl`
 * must never replace the object. Source  S3 and Huawei Cloud OBS API references
 */
export const subresources: ReadonlySet<string> = new Set(
  [
    "accelerate acl analytics append attributes cors customdomain delete deletebucket directcoldaccess encryption",
    "intelligent-tiering inventory legal-hold length lifecycle list-type location logging metadata metadataConfiguration",
    "metadataTable metrics mirrorBackToSource modify name notification object-lock ownershipControls policy policyStatus position",
    "publicAccessBlock quota rename renameObject replication requestPayment restore retention select session storageClass",
    "storagePolicy storageinfo tagging torrent truncate uploadId uploads versionId versioning versions website",
  ]
    .join(" ")
    .split(" "),
);
