import type { CapabilityReason } from "@tintype/contract/api/image-capabilities.ts";
import { wordError } from "@tintype/contract/service-error.ts";
import type { Language } from "@tintype/contract/service-error.ts";
import type { Reason } from "../../images/explain-image.ts";

/** What stands in the way of an operation, as our API tells it. */
export function reasonsInWords(reasons: readonly Reason[], language: Language): CapabilityReason[] {
  return reasons.map(({ rule, requirement, code, data }) => ({ rule, requirement, code, ...wordError(code, data, language) }));
}
