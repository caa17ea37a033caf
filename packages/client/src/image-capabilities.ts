import type { ImageCapabilities } from "@tintype/contract/api/image-capabilities.ts";
import type { CallOptions } from "./buckets.ts";
import type { Session } from "./session/session.ts";

/** What is asked beside the operations. */
export interface CapabilityQuestion {
  readonly language?: "en" | "zh" | undefined;
  /** Whether machines of this flavor can have the image's system. */
  readonly flavor?: string | undefined;
  /** With a flavor: the kernel in the image. */
  readonly kernel?: string | undefined;
}

/**
 * What the caller may do with an image now, operation by operation, and every reason why not.
 *
 * Throws  ConnectionError, ApiError (404: no such image for the caller)
 */
export async function imageCapabilities(
  session: Session,
  imageId: string,
  { language, flavor, kernel, ...options }: CallOptions & CapabilityQuestion = {},
): Promise<ImageCapabilities> {
  const path = `/api/v1/images/${encodeURIComponent(imageId)}/capabilities`;
  const query = { language, flavor, kernel };
  // The service validates its answers against this very schema.
  return (await session.json({ method: "GET", path, query, ...options })) as ImageCapabilities;
}
