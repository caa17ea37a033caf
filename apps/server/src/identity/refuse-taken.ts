import { ServiceError } from "@tintype/contract/service-error.ts";
import { DuplicateError } from "../ports/catalog.ts";

/** Does a change that names something. Throws  identity.conflict when the name is taken */
export async function refuseTaken<T>(thing: { readonly kind: string; readonly name: string }, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (error instanceof DuplicateError) {
      throw new ServiceError("identity.conflict", { kind: thing.kind, name: thing.name.slice(0, 100) }, { cause: error });
    }
    throw error;
  }
}
