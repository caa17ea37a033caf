import { refusal } from "../images/check-rules.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { MemberRecord } from "../ports/member-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { seesAllMembers } from "./find-member.ts";
import { findSharedImage } from "./find-shared-image.ts";
import type { MemberAddress } from "./member-address.ts";
import { isMember } from "./share-rules.table.ts";

const pageSize = 1000;

/**
 * The members of an image that is declared to be shared: all for its owner, itself for one of them.
 *
 * Memory  all members: as many as the limit of sharing allows
 * Throws  IMG.0026, IMG.0027; image.notShared
 */
export async function listDeclaredMembers(
  { catalog }: { readonly catalog: Catalog },
  principal: Principal,
  imageId: string,
): Promise<readonly MemberRecord[]> {
  const { image, caller } = await findSharedImage(catalog, principal, { action: "ims:images:get", imageId });
  if (!seesAllMembers(caller, image)) {
    const own = await catalog.members.get(image.id, caller.projectId);
    return own === undefined ? [] : [own];
  }
  const members: MemberRecord[] = [];
  for (let after: string | undefined; ;) {
    const page = (await catalog.members.list(image.id, { limit: pageSize, ...(after !== undefined && { after }) })) ?? [];
    members.push(...page);
    after = page.at(-1)?.memberId;
    if (page.length < pageSize) {
      return members;
    }
  }
}

/**
 * One member of such an image: any for its owner, itself for one of them.
 *
 * Throws  IMG.0026, IMG.0027; image.notShared; IMG.0114
 */
export async function getDeclaredMember(
  { catalog }: { readonly catalog: Catalog },
  principal: Principal,
  { imageId, memberId: askedId }: MemberAddress,
): Promise<MemberRecord> {
  const { image, caller } = await findSharedImage(catalog, principal, { action: "ims:images:get", imageId });
  // Any text may come from outside; what is no id is no member.
  const memberId = askedId as ProjectId;
  const isSeen = seesAllMembers(caller, image) || memberId === caller.projectId;
  const member = isSeen ? await catalog.members.get(image.id, memberId) : undefined;
  if (member === undefined) {
    throw refusal(isMember, { image, member, memberId });
  }
  return member;
}
