import { ApiError } from "@tintype/client/errors/api-error.ts";
import type { Key, Keys } from "@tintype/client/keys.ts";
import { NotFoundError } from "../../errors/command-errors.ts";

/**
 * Finds the key that a person means: by id, or by alias.
 *
 * Throws  NotFoundError
 */
export async function findKey(keys: Keys, idOrAlias: string, signal: AbortSignal): Promise<Key> {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(idOrAlias);
  try {
    return await keys.get(isId ? idOrAlias.toLowerCase() : `alias/${idOrAlias}`, { signal });
  } catch (error) {
    // An alias that cannot be one is refused as no reference to a key.
    if (error instanceof ApiError && (error.code === "KMS.0207" || error.code === "KMS.0205")) {
      throw new NotFoundError(`There is no key "${idOrAlias}". "tintype key list" shows those that there are.`);
    }
    throw error;
  }
}
