import { isAction } from "@tintype/contract/permissions/actions.table.ts";
import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ErrorCode } from "@tintype/contract/service-error.ts";
import { requireBucket } from "../../../buckets/require-bucket.ts";
import { requireObject } from "../../../buckets/require-object.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall, Operation } from "../obs-call.ts";
import { writeXml } from "../xml/write-xml.ts";
import type { XmlNode } from "../xml/write-xml.ts";
import { ownerNode } from "./owner-node.ts";

/** Settings of a bucket that can only be read, since they are always the same. */
const fixedSettings: readonly { readonly name: string; readonly parameter: string; document(call: ObsCall): XmlNode }[] = [
  { name: "GetBucketVersioning", parameter: "versioning", document: () => ["VersioningConfiguration"] },
  { name: "GetBucketLogging", parameter: "logging", document: () => ["BucketLoggingStatus"] },
  { name: "GetBucketNotificationConfiguration", parameter: "notification", document: () => ["NotificationConfiguration"] },
  { name: "GetBucketAccelerateConfiguration", parameter: "accelerate", document: () => ["AccelerateConfiguration"] },
  {
    name: "GetBucketRequestPayment",
    parameter: "requestPayment",
    document: () => ["RequestPaymentConfiguration", ["Payer", "BucketOwner"]],
  },
  { name: "GetBucketAcl", parameter: "acl", document: accessList },
  {
    name: "GetBucketLocation",
    parameter: "location",
    document: ({ services }) => ["LocationConstraint", services.region],
  },
];

/** Settings that no bucket has, and how S3 says so. */
const absentSettings: readonly { readonly name: string; readonly parameter: string; readonly code: ErrorCode }[] = [
  { name: "GetBucketPolicy", parameter: "policy", code: "obs.NoSuchBucketPolicy" },
  { name: "GetBucketPolicyStatus", parameter: "policyStatus", code: "obs.NoSuchBucketPolicy" },
  { name: "GetBucketLifecycleConfiguration", parameter: "lifecycle", code: "obs.NoSuchLifecycleConfiguration" },
  { name: "GetBucketCors", parameter: "cors", code: "obs.NoSuchCORSConfiguration" },
  { name: "GetBucketTagging", parameter: "tagging", code: "obs.NoSuchTagSet" },
  { name: "GetBucketWebsite", parameter: "website", code: "obs.NoSuchWebsiteConfiguration" },
  { name: "GetBucketReplication", parameter: "replication", code: "obs.ReplicationConfigurationNotFoundError" },
  { name: "GetBucketEncryption", parameter: "encryption", code: "obs.ServerSideEncryptionConfigurationNotFoundError" },
  { name: "GetPublicAccessBlock", parameter: "publicAccessBlock", code: "obs.NoSuchPublicAccessBlockConfiguration" },
  { name: "GetBucketOwnershipControls", parameter: "ownershipControls", code: "obs.OwnershipControlsNotFoundError" },
  { name: "GetObjectLockConfiguration", parameter: "object-lock", code: "obs.ObjectLockConfigurationNotFoundError" },
];

/** What clients ask about buckets and objects as a matter of course. */
export const settingsOperations: readonly Operation[] = [
  ...fixedSettings.map(({ name, parameter, document }) => ({
    ...({ name, parameter, method: "GET", about: "bucket", action: actionOf(name) } as const),
    async answer(call: ObsCall): Promise<ObsAnswer> {
      await requireBucket(call.services.catalog, call.address);
      return { status: 200, body: writeXml(document(call)) };
    },
  })),
  ...absentSettings.map(({ name, parameter, code }) => ({
    ...({ name, parameter, method: "GET", about: "bucket", action: actionOf(name) } as const),
    async answer({ services, address }: ObsCall): Promise<ObsAnswer> {
      await requireBucket(services.catalog, address);
      throw new ServiceError(code, { bucket: address.bucket });
    },
  })),
  objectSetting("GetObjectAcl", "acl", accessList),
  objectSetting("GetObjectTagging", "tagging", () => ["Tagging", ["TagSet"]]),
];

/** Settings that policies tell apart; the others are read with one right. */
function actionOf(name: string): Action {
  const action = `obs:bucket:${name}`;
  return isAction(action) ? action : "obs:bucket:GetBucketVersioning";
}

function objectSetting(name: string, parameter: string, document: (call: ObsCall) => XmlNode): Operation {
  return {
    name,
    parameter,
    method: "GET",
    about: "object",
    action: "obs:object:GetObjectAcl",
    async answer(call) {
      await requireObject(call.services.catalog, call.address);
      return { status: 200, body: writeXml(document(call)) };
    },
  };
}

/** The owner may do everything, nobody else anything: what follows from the roles in the project is not told here. */
function accessList({ principal }: ObsCall): XmlNode {
  const grantee = ownerNode(principal, 'Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"');
  const grant: XmlNode = ["Grant", grantee, ["Permission", "FULL_CONTROL"]];
  return ["AccessControlPolicy", ownerNode(principal), ["AccessControlList", grant]];
}
