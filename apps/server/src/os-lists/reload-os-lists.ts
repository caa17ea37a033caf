import { mayDo } from "../identity/authorize.ts";
import { forbidden } from "../identity/forbidden.ts";
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
  const action = "tintype:osLists:reload";
  if (!mayDo(principal, action)) {
    throw forbidden(principal, action);
  }
  return await osLists.reload({ isTrial });
}
