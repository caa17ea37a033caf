import { checkRules } from "../images/check-rules.ts";
import { imageCaller } from "../images/image-caller.ts";
import { valueRules } from "../images/value-rules.table.ts";
import type { JobId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import type { NewImage } from "./import-request.ts";
import { missingMachineSource } from "./missing-machine-source.ts";
import { wholeImageRules } from "./whole-image-rules.table.ts";
import type { WholeImageSource } from "./whole-image-rules.table.ts";

/**
 * Starts the making of an image of a whole machine, from a server or from a backup of one.
 *
 * Throws  IMG.0026; the rules for values and for such sources; IMG.0005, IMG.0020 for a source that does not exist
 */
export async function createWholeImage(
  { limits }: { readonly limits: Limits },
  principal: Principal,
  { image, source }: { readonly image: NewImage; readonly source: WholeImageSource },
): Promise<JobId> {
  imageCaller(principal, "ims:wholeImages:create");
  checkRules(valueRules, { ...image, limits });
  checkRules(wholeImageRules, source);
  throw source.serverId === undefined
    ? missingMachineSource("backup", source.backupId ?? "")
    : missingMachineSource("server", source.serverId);
}
