import { ServiceError } from "@tintype/contract/service-error.ts";
import { checkRules } from "../images/check-rules.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { MemberRecord } from "../ports/member-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { declaredShareRules } from "./declared-share-rules.table.ts";
import { findSharedImage } from "./find-shared-image.ts";
import type { MemberAddress } from "./member-address.ts";
import { addMember } from "./member-changes.ts";
import type { ShareDeps } from "./start-member-job.ts";

/**
 * Adds a project to the members of an image that is declared to be shared. Nobody looks whether there is such a project: that would tell.
 *
 * Throws  IMG.0026, IMG.0027; image.notShared, the rules of sharing declared images; IMG.0112 when it is one already
 */
export async function shareDeclaredImage(
  { catalog, clock, limits }: Pick<ShareDeps, "catalog" | "clock" | "limits">,
  principal: Principal,
  { imageId, memberId }: MemberAddress,
): Promise<MemberRecord> {
  return await catalog.leadingTransaction(async (catalog) => {
    const { image, caller } = await findSharedImage(catalog, principal, { action: "ims:images:share", imageId });
    // Any text may come from outside; it names nobody when it is no id.
    const project = memberId as ProjectId;
    const member = await catalog.members.get(image.id, project);
    checkRules(declaredShareRules, { image, ...caller, limits, member });
    if (member !== undefined) {
      throw new ServiceError("IMG.0112", { id: image.id, project });
    }
    return await addMember(catalog, { imageId: image.id, memberId: project }, clock.now());
  });
}
