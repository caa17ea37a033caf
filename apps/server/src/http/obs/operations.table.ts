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
  { name: "ListBuckets", method: "GET", about: "service", action: "obs:bucket:ListAllMyBuckets", answer: listBuckets },

  { name: "CreateBucket", method: "PUT", about: "bucket", trace: "createBucket", action: "obs:bucket:CreateBucket", answer: createBucket },
  { name: "HeadBucket", method: "HEAD", about: "bucket", action: "obs:bucket:HeadBucket", answer: headBucket },
  {
    name: "DeleteBucket",
    method: "DELETE",
    about: "bucket",
    trace: "deleteBucket",
    action: "obs:bucket:DeleteBucket",
    answer: deleteBucket,
  },
  { name: "ListObjects", method: "GET", about: "bucket", action: "obs:bucket:ListBucket", answer: listObjectsV1 },
  { name: "ListObjectsV2", method: "GET", about: "bucket", parameter: "list-type", action: "obs:bucket:ListBucket", answer: listObjectsV2 },
  {
    name: "ListMultipartUploads",
    method: "GET",
    about: "bucket",
    parameter: "uploads",
    action: "obs:bucket:ListBucketMultipartUploads",
    answer: listUploads,
  },
  { name: "DeleteObjects", method: "POST", about: "bucket", parameter: "delete", action: "obs:object:DeleteObject", answer: deleteObjects },
  ...settingsOperations,

  { name: "PutObject", method: "PUT", about: "object", takesEncryption: true, action: "obs:object:PutObject", answer: putObject },
  {
    name: "CopyObject",
    method: "PUT",
    about: "object",
    header: copySource,
    takesEncryption: true,
    action: "obs:object:PutObject",
    answer: copyObject,
  },
  { name: "GetObject", method: "GET", about: "object", action: "obs:object:GetObject", answer: getObject },
  { name: "HeadObject", method: "HEAD", about: "object", action: "obs:object:GetObject", answer: headObject },
  { name: "DeleteObject", method: "DELETE", about: "object", action: "obs:object:DeleteObject", answer: deleteObject },
  {
    name: "CreateMultipartUpload",
    method: "POST",
    about: "object",
    parameter: "uploads",
    takesEncryption: true,
    action: "obs:object:PutObject",
    answer: createUpload,
  },
  { name: "UploadPart", method: "PUT", about: "object", parameter: "uploadId", action: "obs:object:PutObject", answer: uploadPart },
  {
    name: "UploadPartCopy",
    method: "PUT",
    about: "object",
    parameter: "uploadId",
    header: copySource,
    action: "obs:object:PutObject",
    answer: copyPart,
  },
  {
    name: "ListParts",
    method: "GET",
    about: "object",
    parameter: "uploadId",
    action: "obs:object:ListMultipartUploadParts",
    answer: listParts,
  },
  {
    name: "CompleteMultipartUpload",
    method: "POST",
    about: "object",
    parameter: "uploadId",
    action: "obs:object:PutObject",
    answer: completeUpload,
  },
  {
    name: "AbortMultipartUpload",
    method: "DELETE",
    about: "object",
    parameter: "uploadId",
    action: "obs:object:AbortMultipartUpload",
    answer: abortUpload,
  },
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
