import type { ImsMember, ListMembersAnswer } from "@tintype/contract/ims/members.ts";
import type { MemberPage, MemberRecord } from "../../ports/member-catalog.ts";
import { toInstant } from "../to-instant.ts";

/** Shows a project that an image is shared with. */
export function toImsMember(member: MemberRecord): ImsMember {
  return {
    status: member.status,
    created_at: toInstant(member.createdAt),
    updated_at: toInstant(member.updatedAt),
    image_id: member.imageId,
    member_id: member.memberId,
    member_type: "project",
    schema: "/v2/schemas/member",
  };
}

/** Shows a page of members; `found` has one more than the page when there is a next one. */
export function toImsMembers(found: readonly MemberRecord[], { limit }: MemberPage): ListMembersAnswer {
  const members = found.slice(0, limit);
  const last = members.at(-1);
  return {
    members: members.map(toImsMember),
    schema: "/v2/schemas/members",
    page_info: { ...(found.length > limit && last && { next_marker: last.memberId }), current_count: members.length },
  };
}
