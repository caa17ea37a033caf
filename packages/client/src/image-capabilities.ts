import type { ImageCapabilities } from "@tintype/contract/api/image-capabilities.ts";
import type { CallOptions } from "./buckets.ts";
import type { Session } from "./session/session.ts";

/**
 * What the caller may do with an image now, operation by operation, and every reason why not.
 *
 * Throws  ConnectionError, ApiError (404: no such image for the caller)
 */
export async function imageCapabilities(
  session: Session,
  imageId: string,
  { language, ...options }: CallOptions & { readonly language?: "en" | "zh" | undefined } = {},
): Promise<ImageCapabilities> {
  const path = `/api/v1/images/${encodeURIComponent(imageId)}/capabilities`;
  const query = language === undefined ? {} : { language };
  // The service validates its answers against this very schema.
  return (await session.json({ method: "GET", path, query, ...options })) as ImageCapabilities;
}
