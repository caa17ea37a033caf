import { requireRights } from "../identity/require-rights.ts";
import type { Principal } from "../ports/principal.ts";
import type { OsListsReport, ReloadableOsLists } from "./open-os-lists.ts";

/**
 * Has the operator's lists read again, for operators alone; a trial only tells what would change.
 *
 * Throws  api.operatorsOnly, api.osListsRefused
 */
export async function reloadOsLists(
  { osLists }: { readonly osLists: ReloadableOsLists },
  principal: Principal,
  { isTrial }: { readonly isTrial: boolean },
): Promise<OsListsReport> {
  requireRights(principal, ["tintype:osLists:reload"]);
  return await osLists.reload({ isTrial });
}
