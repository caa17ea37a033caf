import { ServiceError } from "@tintype/contract/service-error.ts";

/**
 * The pieces of a body. That its sender goes away in the middle is no failure of the service.
 *
 * Throws  ops.bodyBroken
 */
export async function* unbroken<T>(pieces: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  try {
    yield* pieces;
  } catch (error) {
    throw new ServiceError("ops.bodyBroken", {}, { cause: error });
  }
}
