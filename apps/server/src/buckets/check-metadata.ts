import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BucketCeilings } from "./bucket-ceilings.table.ts";

/** Throws  obs.MetadataTooLarge when the names and values together have too many bytes */
export function checkMetadata(metadata: Readonly<Record<string, string>>, ceilings: Pick<BucketCeilings, "metadataBytes">): void {
  let sizeBytes = 0;
  for (const [name, value] of Object.entries(metadata)) {
    sizeBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (sizeBytes > ceilings.metadataBytes) {
    throw new ServiceError("obs.MetadataTooLarge", { sizeBytes, limitBytes: ceilings.metadataBytes });
  }
}
