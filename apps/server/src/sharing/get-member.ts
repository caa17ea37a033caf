import type { Catalog } from "../ports/catalog.ts";
import type { MemberRecord } from "../ports/member-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { findMember } from "./find-member.ts";
import type { MemberAddress } from "./member-address.ts";
import { memberCaller } from "./member-caller.ts";

/**
 * One member of an image: any for its owner, itself for a recipient.
 *
 * Throws  IMG.0026, IMG.0027, IMG.0114
 */
export async function getMember(
  { catalog }: { readonly catalog: Catalog },
  principal: Principal,
  address: MemberAddress,
): Promise<MemberRecord> {
  return (await findMember(catalog, memberCaller(principal), address)).member;
}
