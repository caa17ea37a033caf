import { Type } from "typebox";
import type { Static } from "typebox";

const Ids = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));

/** Body of `POST` and `DELETE /v1/cloudimages/members`: every image with every project. */
export const ShareImagesBody = Type.Object(
  {
    images: Ids("ids of images; required"),
    projects: Ids("ids of projects; required unless there are domains"),
    domains: Ids("ids or names of accounts: all of their projects"),
    organizations: Ids("not supported: refused"),
  },
  { additionalProperties: true, description: "Which images, and which projects" },
);
export type ShareImagesBody = Static<typeof ShareImagesBody>;

const Answer = Type.Enum(["accepted", "rejected"]);
const VaultId = Type.Optional(Type.String({ description: "for images of whole machines: where the caller's copy of the backup goes" }));

/** Body of `PUT /v1/cloudimages/members`. */
export const AnswerSharesBody = Type.Object(
  {
    images: Ids("ids of images; required"),
    project_id: Type.Optional(Type.String({ description: "the caller's project; required" })),
    status: Answer,
    vault_id: VaultId,
  },
  { additionalProperties: true, description: "What the project answers" },
);
export type AnswerSharesBody = Static<typeof AnswerSharesBody>;

/** Body of `POST /v2/images/{image_id}/members`. */
export const AddMemberBody = Type.Object(
  { member: Type.Optional(Type.String({ description: "id of a project; required" })) },
  { additionalProperties: true },
);

/** Body of `PUT /v2/images/{image_id}/members/{member_id}`. */
export const AnswerShareBody = Type.Object({ status: Answer, vault_id: VaultId }, { additionalProperties: true });

/** What whoever accepts a shared image shall know, in English and Chinese. */
export const TrustNote = Type.Object(
  { en: Type.String(), zh: Type.String() },
  { description: "where a shared image was accepted: what to judge before using it" },
);

/** A project that an image is shared with. */
export const ImsMember = Type.Object(
  {
    image_id: Type.String({ description: "UUID" }),
    member_id: Type.String({ description: "project id" }),
    member_type: Type.Literal("project"),
    status: Type.Enum(["pending", "accepted", "rejected"]),
    created_at: Type.String({ description: "UTC, yyyy-MM-ddTHH:mm:ssZ" }),
    updated_at: Type.String({ description: "UTC, yyyy-MM-ddTHH:mm:ssZ" }),
    schema: Type.String(),
    trust_note: Type.Optional(TrustNote),
  },
  { description: "A project that an image is shared with" },
);
export type ImsMember = Static<typeof ImsMember>;

/** Query of the lists of members. */
export const ListMembersQuery = Type.Object(
  {
    limit: Type.Optional(Type.String({ description: "at most so many; 100 when absent, 1000 at most" })),
    marker: Type.Optional(Type.String({ description: "the last member of the page before" })),
  },
  { additionalProperties: true },
);
export type ListMembersQuery = Static<typeof ListMembersQuery>;

/** Answer of the lists of members, in the order in which they were added. The page after the last one is empty. */
export const ListMembersAnswer = Type.Object(
  {
    members: Type.Array(ImsMember),
    schema: Type.String(),
    page_info: Type.Object({
      next_marker: Type.Optional(Type.String({ description: "absent on the last page" })),
      current_count: Type.Integer({ description: "members of this page" }),
    }),
  },
  { description: "One page of members" },
);
export type ListMembersAnswer = Static<typeof ListMembersAnswer>;
