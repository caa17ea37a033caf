import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Limits } from "../quotas/limits.ts";

/** With how many projects an image is shared, may be shared, and may still be shared. */
export interface ShareRoom {
  readonly used: number;
  readonly limit: number;
  readonly left: number;
}

/** Every project counts, whatever it answered. */
export function shareRoom({ kind, memberCount }: Pick<ImageRecord, "kind" | "memberCount">, { members }: Limits): ShareRoom {
  const limit = kind === "whole" ? members.perWholeImage : members.perImage;
  return { used: memberCount, limit, left: Math.max(0, limit - memberCount) };
}
