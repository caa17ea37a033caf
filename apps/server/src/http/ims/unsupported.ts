import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Remedy } from "../../images/check-rules.ts";

/** The refusal of something that IMS knows and this version does not have. */
export function unsupported(operation: string, remedy: Remedy): ServiceError {
  return new ServiceError("IMG.0105", { operation, remedyEn: remedy.en, remedyZh: remedy.zh });
}
