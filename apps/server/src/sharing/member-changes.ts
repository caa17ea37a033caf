import type { Catalog } from "../ports/catalog.ts";
import type { MemberStatus } from "../ports/image-catalog.ts";
import type { ImageId, ProjectId } from "../ports/ids.ts";
import type { MemberRecord } from "../ports/member-catalog.ts";
import type { Limits } from "../quotas/limits.ts";
import { shareRoom } from "./share-room.ts";

type SharingCatalog = Pick<Catalog, "images" | "members">;

/** An image and a project. */
export type MemberPair = { readonly imageId: ImageId; readonly memberId: ProjectId };

/**
 * Makes a project a member of an image, which the first of its members makes shared. Call these in a transaction that has judged the
 * rules.
 */
export async function addMember(catalog: SharingCatalog, { imageId, memberId }: MemberPair, now: number): Promise<MemberRecord> {
  const member: MemberRecord = { imageId, memberId, status: "pending", createdAt: now, updatedAt: now };
  await insertMember(catalog, member, now);
  return member;
}

/** Takes a member away, if it is one; the image is private again after the last one. Tells whether it was one. */
export async function removeMember(catalog: SharingCatalog, { imageId, memberId }: MemberPair, now: number): Promise<boolean> {
  const isRemoved = await catalog.members.remove(imageId, memberId);
  const image = await catalog.images.get(imageId);
  if (isRemoved && image?.visibility === "shared" && image.memberCount === 0) {
    await catalog.images.update(imageId, { visibility: "private", updatedAt: now });
  }
  return isRemoved;
}

/** What was known of a pair before a change: what its member answered, and when; null when it was none. */
export type PriorMember = { readonly status: MemberStatus; readonly createdAt: number; readonly updatedAt: number } | null;

/** Takes a change back, as far as the image is there and others have not taken the room. Harmless to repeat. */
export async function restoreMember(
  catalog: SharingCatalog,
  pair: MemberPair,
  prior: PriorMember,
  { now, limits }: { readonly now: number; readonly limits: Limits },
): Promise<void> {
  const image = await catalog.images.get(pair.imageId);
  const member = await catalog.members.get(pair.imageId, pair.memberId);
  if (prior === null) {
    await removeMember(catalog, pair, now);
  } else if (member !== undefined) {
    await catalog.members.changeStatus(pair.imageId, pair.memberId, prior.status, prior.updatedAt);
  } else if (image !== undefined && shareRoom(image, limits).left > 0) {
    await insertMember(catalog, { ...pair, ...prior }, now);
  }
}

/** An image that was made private keeps its members, who cannot reach it: sharing it with another one must not let them in again. */
async function dropSuspended({ members }: SharingCatalog, { imageId, memberId }: MemberPair): Promise<void> {
  for (let page = await members.list(imageId, { limit: 100 }); page !== undefined && page.length > 0;) {
    const others = page.filter((member) => member.memberId !== memberId);
    const last = page.at(-1);
    page = last && (await members.list(imageId, { after: last.memberId, limit: 100 }));
    for (const other of others) {
      await members.remove(imageId, other.memberId);
    }
  }
}

async function insertMember(catalog: SharingCatalog, member: MemberRecord, now: number): Promise<void> {
  await catalog.members.insert(member);
  const image = await catalog.images.get(member.imageId);
  if (image?.visibility === "private") {
    await dropSuspended(catalog, member);
    await catalog.images.update(image.id, { visibility: "shared", updatedAt: now });
  }
}
