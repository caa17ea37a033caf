import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord, MemberStatus } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";

/** What a project answered to an image that others share with it; undefined where the image is not shared with it. */
export async function membershipOf(
  { members }: Pick<Catalog, "members">,
  image: Pick<ImageRecord, "id" | "projectId" | "visibility">,
  projectId: ProjectId,
): Promise<MemberStatus | undefined> {
  const mayBe = image.visibility === "shared" && image.projectId !== projectId;
  return mayBe ? (await members.get(image.id, projectId))?.status : undefined;
}
