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
    throw bodyBroken(error);
  }
}

/** What it means that reading a body failed. */
export function bodyBroken(cause: unknown): ServiceError {
  return new ServiceError("ops.bodyBroken", {}, { cause });
}
