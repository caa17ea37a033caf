import { ServiceError } from "@tintype/contract/service-error.ts";

/** Throws  obs.EntityTooLarge */
export function checkSize(sizeBytes: number, limitBytes: number, what: string): void {
  if (sizeBytes > limitBytes) {
    throw new ServiceError("obs.EntityTooLarge", { sizeBytes, limitBytes, what });
  }
}
