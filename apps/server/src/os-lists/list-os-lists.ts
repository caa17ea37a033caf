import { imageCaller } from "../images/image-caller.ts";
import type { Principal } from "../ports/principal.ts";
import { flavorFamily } from "./flavor-family.ts";
import type { OsList, OsLists } from "./known-systems.ts";

/** Which lists are asked for. */
export interface OsListQuery {
  readonly use?: OsList["use"] | undefined;
  /** A flavor, or a family of flavors: the list for it, if there is one. */
  readonly flavor?: string | undefined;
  readonly limit: number;
  /** Name of the list before the first one. */
  readonly after: string | undefined;
}

/** One page of the lists of operating systems, by name. Throws  IMG.0026 */
export function listOsLists(
  { osLists }: { readonly osLists: OsLists },
  principal: Principal,
  { use, flavor, limit, after }: OsListQuery,
): { readonly lists: readonly OsList[]; readonly isLast: boolean } {
  imageCaller(principal, "ims:images:list");
  const { lists, byFlavor } = osLists.current;
  const wanted = flavor === undefined ? lists : lists.filter((list) => list === byFlavor.get(flavorFamily(flavor)));
  const rest = wanted.filter((list) => (use === undefined || list.use === use) && (after === undefined || list.name > after));
  return { lists: rest.slice(0, limit), isLast: rest.length <= limit };
}
