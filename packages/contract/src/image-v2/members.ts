import { Type } from "typebox";
import type { Static } from "typebox";
import { longestWord } from "./images.ts";

const MemberStatus = Type.Enum(["pending", "accepted", "rejected"], { type: "string" });

/** Body of `POST /v2/images/{image_id}/members`. */
export const AddMemberV2Body = Type.Object({ member: Type.String({ minLength: 1, maxLength: longestWord, description: "a project" }) });

/** Body of `PUT /v2/images/{image_id}/members/{member_id}`. Further fields of other services are passed over. */
export const AnswerMemberV2Body = Type.Object({ status: MemberStatus });

/** A project that an image is shared with. */
export const MemberV2 = Type.Object({
  member_id: Type.String(),
  image_id: Type.String(),
  status: MemberStatus,
  created_at: Type.String(),
  updated_at: Type.String(),
  schema: Type.String(),
});
export type MemberV2 = Static<typeof MemberV2>;

/** Answer of `GET /v2/images/{image_id}/members`. */
export const MembersV2Answer = Type.Object({ members: Type.Array(MemberV2), schema: Type.String() });
