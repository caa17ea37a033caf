import { Type } from "typebox";
import type { Static } from "typebox";

const Tag = Type.Object({ key: Type.String(), value: Type.String() });
const GivenTag = Type.Object({
  key: Type.String({ description: "1 to 36 letters, digits, Chinese characters, _ or -" }),
  value: Type.Optional(Type.String({ description: "up to 43 of these or dots; empty when absent" })),
});

/** Body of `PUT /v1/cloudimages/tags`: one of `tag` and `image_tag`. */
export const SetTagBody = Type.Object(
  {
    image_id: Type.String(),
    tag: Type.Optional(Type.String({ description: "key.value, divided at the first dot" })),
    image_tag: Type.Optional(GivenTag),
  },
  { additionalProperties: true },
);
export type SetTagBody = Static<typeof SetTagBody>;

/** Body of `POST /v2/{project_id}/images/{image_id}/tags`. */
export const AddTagBody = Type.Object({ tag: GivenTag }, { additionalProperties: true });
export type AddTagBody = Static<typeof AddTagBody>;

/** Body of `POST /v2/{project_id}/images/{image_id}/tags/action`. Keys come once; what is deleted may be absent. */
export const BatchTagsBody = Type.Object(
  {
    action: Type.Enum(["create", "delete"]),
    tags: Type.Array(GivenTag, { description: "where a tag to be deleted has a value, only a tag with that value goes" }),
  },
  { additionalProperties: true },
);
export type BatchTagsBody = Static<typeof BatchTagsBody>;

/** Body of `DELETE /v1/{project_id}/cloudimages/{image_id}/tags/delete`. */
export const DeleteTagsBody = Type.Object({ tags: Type.Array(GivenTag) }, { additionalProperties: true });
export type DeleteTagsBody = Static<typeof DeleteTagsBody>;

/** Answer of `GET /v2/{project_id}/images/{image_id}/tags`. */
export const ImageTagsAnswer = Type.Object({ tags: Type.Array(Tag) }, { description: "The image's tags" });
export type ImageTagsAnswer = Static<typeof ImageTagsAnswer>;

/** Answer of `GET /v2/{project_id}/images/tags`. */
export const ProjectTagsAnswer = Type.Object(
  { tags: Type.Array(Type.Object({ key: Type.String(), values: Type.Array(Type.String({ description: "empty for the key alone" })) })) },
  { description: "The tags of the project's images" },
);
export type ProjectTagsAnswer = Static<typeof ProjectTagsAnswer>;

/** Answer of `GET /v1/cloudimages/tags`. */
export const TagTextsAnswer = Type.Object(
  { tags: Type.Array(Type.String({ description: "key=value, or key" })) },
  { description: "Tags, each once" },
);
export type TagTextsAnswer = Static<typeof TagTextsAnswer>;
