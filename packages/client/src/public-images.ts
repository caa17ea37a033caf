import type { PublishedImage } from "@tintype/contract/api/public-images.ts";
import type { CallOptions } from "./buckets.ts";
import type { Session } from "./session/session.ts";

/** Makes an image public, or private again; for operators. Throws ConnectionError, ApiError. */
export async function changePublicImage(
  session: Session,
  imageId: string,
  { verb, ...options }: CallOptions & { readonly verb: "publish" | "withdraw" },
): Promise<PublishedImage> {
  const path = `/api/v1/images/${encodeURIComponent(imageId)}/${verb}`;
  // The service validates its answers against this very schema.
  return (await session.json({ method: "POST", path, ...options })) as PublishedImage;
}
