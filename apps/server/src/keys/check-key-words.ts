import { ServiceError } from "@tintype/contract/service-error.ts";

/** Longest description of a key, in characters. */
const longestDescription = 255;

/**
 * Checks an alias that a user chose. Those that end with `/default` are the services' own.
 *
 * Throws  KMS.1101
 */
export function checkAlias(alias: string): void {
  if (!/^[A-Za-z0-9:/_-]{1,255}$/.test(alias)) {
    throw new ServiceError("KMS.1101", { problem: "its length or a character is not allowed" });
  }
  if (alias.endsWith("/default")) {
    throw new ServiceError("KMS.1101", { problem: "it ends with /default" });
  }
}

/** Throws  KMS.1103 */
export function checkDescription(description: string): void {
  if (Array.from(description).length > longestDescription) {
    throw new ServiceError("KMS.1103", { limit: longestDescription });
  }
}
