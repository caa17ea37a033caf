import { refusal } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import type { ImageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { MemberRecord } from "../ports/member-catalog.ts";
import type { MemberAddress } from "./member-address.ts";
import { isMember } from "./share-rules.table.ts";

/** An image and one of its members. */
export interface FoundMember {
  readonly image: ImageRecord;
  readonly member: MemberRecord;
}

/** Tells whether a caller sees all members of an image; a recipient sees itself alone. */
export function seesAllMembers(caller: ImageCaller, image: ImageRecord): boolean {
  return caller.isAdministrator || image.projectId === caller.projectId;
}

/**
 * A member, if it exists for the caller.
 *
 * Throws  IMG.0027, IMG.0026; IMG.0114
 */
export async function findMember(catalog: Catalog, caller: ImageCaller, address: MemberAddress): Promise<FoundMember> {
  const image = await findImage(catalog, caller, address.imageId);
  // Any text may come from outside; the catalog answers undefined for what is no id.
  const memberId = address.memberId as ProjectId;
  const isSeen = seesAllMembers(caller, image) || memberId === caller.projectId;
  const member = isSeen ? await catalog.members.get(image.id, memberId) : undefined;
  if (member === undefined) {
    throw refusal(isMember, { image, member, memberId });
  }
  return { image, member };
}
