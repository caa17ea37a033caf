import type { MemberV2 } from "@tintype/contract/image-v2/members.ts";
import type { MemberRecord } from "../../ports/member-catalog.ts";
import { toInstant } from "../to-instant.ts";

/** Shows a project that an image is shared with. */
export function toMember({ imageId, memberId, status, createdAt, updatedAt }: MemberRecord): MemberV2 {
  return {
    member_id: memberId,
    image_id: imageId,
    status,
    created_at: toInstant(createdAt),
    updated_at: toInstant(updatedAt),
    schema: "/v2/schemas/member",
  };
}
