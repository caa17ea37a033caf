import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ListMembersQuery } from "@tintype/contract/ims/members.ts";
import type { MemberPage } from "../../ports/member-catalog.ts";

const defaultLimit = 100;
/** A page is never larger, whatever is asked for; clients go on with the marker. */
const largestLimit = 1000;

/** Reads which page of members is wanted. Throws IMG.0017. */
export function parseMembersQuery({ limit, marker }: ListMembersQuery): MemberPage {
  if (limit !== undefined && !/^\d{1,9}$/.test(limit)) {
    throw new ServiceError("IMG.0017", { parameter: "limit", problem: `"${limit.slice(0, 100)}" is no whole number from 0` });
  }
  const page = { limit: Math.min(limit === undefined ? defaultLimit : Number(limit), largestLimit) };
  return marker === undefined ? page : { ...page, after: marker };
}
