import { ServiceError } from "@tintype/contract/service-error.ts";
import { findImage } from "../images/find-image.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { MemberPage, MemberRecord } from "../ports/member-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { seesAllMembers } from "./find-member.ts";
import { memberCaller } from "./member-caller.ts";

/**
 * One page of the projects that an image is shared with: all for its owner, itself for a recipient.
 *
 * Throws  IMG.0026, IMG.0027; IMG.0017 when the marker names no member
 */
export async function listMembers(
  { catalog }: { readonly catalog: Catalog },
  principal: Principal,
  { imageId, page }: { readonly imageId: string; readonly page: MemberPage },
): Promise<readonly MemberRecord[]> {
  const caller = memberCaller(principal);
  const image = await findImage(catalog, caller, imageId);
  const members = seesAllMembers(caller, image)
    ? await catalog.members.list(image.id, page)
    : pageOfOne(await catalog.members.get(image.id, caller.projectId), page);
  if (members === undefined) {
    throw new ServiceError("IMG.0017", { parameter: "marker", problem: `there is no member ${page.after}` });
  }
  return members;
}

function pageOfOne(member: MemberRecord | undefined, { after, limit }: MemberPage): readonly MemberRecord[] | undefined {
  if (after !== undefined) {
    return after === member?.memberId ? [] : undefined;
  }
  return member === undefined ? [] : [member].slice(0, limit);
}
