import { ServiceError } from "@tintype/contract/service-error.ts";
import type { StorageClass } from "../../ports/bucket-catalog.ts";
import type { ObsRequest } from "./obs-request.ts";

/** Both worlds' names of the classes we have. Content of every class is readable at once. */
const classes: Readonly<Record<string, StorageClass>> = {
  STANDARD: "STANDARD",
  REDUCED_REDUNDANCY: "STANDARD",
  INTELLIGENT_TIERING: "STANDARD",
  WARM: "WARM",
  STANDARD_IA: "WARM",
  ONEZONE_IA: "WARM",
  COLD: "COLD",
  GLACIER_IR: "COLD",
  GLACIER: "COLD",
  DEEP_ARCHIVE: "COLD",
};

/**
 * The storage class that a request names, or undefined when it names none.
 *
 * Throws  obs.InvalidStorageClass
 */
export function storageClassOf(request: ObsRequest): StorageClass | undefined {
  const name = request.header("x-amz-storage-class") ?? request.header("x-obs-storage-class");
  if (name === undefined) {
    return undefined;
  }
  const storageClass = new Map(Object.entries(classes)).get(name);
  if (storageClass === undefined) {
    throw new ServiceError("obs.InvalidStorageClass", { storageClass: name.slice(0, 100) });
  }
  return storageClass;
}

/** How S3 calls a class. A cold one is named after the class that needs no restoring: clients refuse to read the other ones. */
export const s3StorageClass: Readonly<Record<StorageClass, string>> = { STANDARD: "STANDARD", WARM: "STANDARD_IA", COLD: "GLACIER_IR" };
