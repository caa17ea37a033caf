import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Misfit } from "../answer-in-huawei-words.ts";
import { dataKeyBytes, deletionDays, longestContext } from "../../ports/key-service.ts";

const fields: Readonly<Record<string, (value: string, problem: string) => ServiceError>> = {
  key_id: (value) => new ServiceError("KMS.0205", { value }),
  sequence: (value) => new ServiceError("KMS.0206", { value }),
  encryption_context: (_, problem) => new ServiceError("KMS.0208", { problem, limit: longestContext }),
  key_alias: (_, problem) => new ServiceError("KMS.1101", { problem }),
  key_description: () => new ServiceError("KMS.1103", { limit: 255 }),
  pending_days: (value) => new ServiceError("KMS.1401", { ...deletionDays, value }),
  limit: (value) => new ServiceError("KMS.1601", { value }),
  marker: (value) => new ServiceError("KMS.1602", { value }),
  datakey_length: (value) => new ServiceError("KMS.1901", { least: dataKeyBytes.least * 8, most: dataKeyBytes.most * 8, value }),
  // Their values are secrets or close to it: they are not repeated.
  plain_text: (_, problem) => new ServiceError("KMS.2101", { problem }),
  cipher_text: (_, problem) => new ServiceError("KMS.2201", { problem }),
  datakey_plain_length: () => new ServiceError("KMS.2104"),
  datakey_cipher_length: () => new ServiceError("KMS.2204"),
};

/** The refusal of a body that does not fit its schema, by the code that KMS has for the field. */
export function misfitError({ field, value, params, problem }: Misfit): ServiceError {
  const missing = params?.["requiredProperties"];
  if (field === "" && Array.isArray(missing)) {
    return new ServiceError("KMS.0204", { field: missing.join(", ") });
  }
  const specific = Object.hasOwn(fields, field) ? fields[field] : undefined;
  return specific?.(value, problem) ?? new ServiceError("KMS.0308", { field: field === "" ? "the body" : field, problem });
}
