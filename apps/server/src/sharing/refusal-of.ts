import { isServiceError } from "@tintype/contract/service-error.ts";
import type { ServiceError } from "@tintype/contract/service-error.ts";

/** Why work was refused, or undefined when it was done. What is no refusal is thrown on. */
export async function refusalOf(work: () => Promise<void>): Promise<ServiceError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (isServiceError(error) && error.status < 500) {
      return error;
    }
    throw error;
  }
}
