import type { Remedy, Rule } from "../images/check-rules.ts";
import type { BucketRecord, ObjectRecord } from "../ports/bucket-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Limits } from "../quotas/limits.ts";
import { locationText } from "./file-location.ts";
import type { FileLocation } from "./file-location.ts";

/** A file that an image shall be made from, or that one shall be written to, as far as it is there. */
export interface TransferFile {
  readonly location: FileLocation;
  readonly projectId: ProjectId;
  readonly bucket: BucketRecord | undefined;
  readonly object: ObjectRecord | undefined;
  readonly limits: Limits;
}

/** What to do about another storage class. */
export const standardOnly: Remedy = {
  en: "Use a bucket and an object of the storage class STANDARD.",
  zh: "请使用标准存储类别（STANDARD）的桶和对象。",
};

/** Another project's bucket is told no differently from one that is not there. */
export const bucketIsThere: Rule<Pick<TransferFile, "location" | "bucket" | "projectId">> = {
  name: "bucketIsThere",
  requirement: "ims-api §6 IMG.0069",
  code: "IMG.0069",
  holds: ({ bucket, projectId }) => bucket?.projectId === projectId,
  data: ({ location }) => ({
    bucket: location.bucket,
    problemEn: "the project has no bucket of that name",
    problemZh: "该项目没有此名称的桶",
  }),
  remedy: { en: "Check the name, or create the bucket first.", zh: "请检查桶名，或先创建桶。" },
};

/** What a bucket must be like, to read from and to write to. */
export const bucketRules: readonly Rule<TransferFile>[] = [
  bucketIsThere,
  {
    name: "bucketIsStandard",
    requirement: "R-062, R-152",
    code: "IMG.0069",
    holds: ({ bucket }) => bucket?.storageClass === "STANDARD",
    data: ({ location, bucket }) => ({
      bucket: location.bucket,
      problemEn: `its storage class is ${bucket?.storageClass}`,
      problemZh: `其存储类别为 ${bucket?.storageClass}`,
    }),
    remedy: standardOnly,
  },
];

/** What the place must be like before an image is written there. */
export const exportTargetRules: readonly Rule<TransferFile>[] = [
  ...bucketRules,
  {
    name: "targetIsFree",
    requirement: "ims-api §1.10",
    code: "IMG.0070",
    holds: ({ object }) => object === undefined,
    data: ({ location }) => ({ file: locationText(location) }),
  },
];
