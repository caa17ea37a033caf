import { checkRules } from "../images/check-rules.ts";
import { imageCaller } from "../images/image-caller.ts";
import { resolveOs } from "../images/resolve-os.ts";
import { valueRules } from "../images/value-rules.table.ts";
import type { OsLists } from "../os-lists/known-systems.ts";
import type { JobId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import type { NewImage } from "./import-request.ts";
import type { MachineSourceKind } from "./machine-sources.table.ts";
import { missingMachineSource } from "./missing-machine-source.ts";

/** Images to be made from a server or from disks. */
export interface MachineImport {
  /** At least one; the first is looked for first. */
  readonly sources: readonly { readonly kind: MachineSourceKind; readonly id: string; readonly image: NewImage }[];
}

/**
 * Starts the making of images from a server or from disks. All of the request is judged before its sources are looked for.
 *
 * Throws  IMG.0026; the rules for values; IMG.0005, IMG.0022, IMG.0120 for a source that does not exist
 */
export async function createFromMachine(
  { limits, osLists }: { readonly limits: Limits; readonly osLists: OsLists },
  principal: Principal,
  { sources }: MachineImport,
): Promise<JobId> {
  imageCaller(principal, "ims:serverImages:create");
  for (const { image } of sources) {
    checkRules(valueRules, { ...image, osBit: resolveOs(osLists.current, image).osBit, limits });
  }
  const [first] = sources;
  throw missingMachineSource(first?.kind ?? "server", first?.id ?? "");
}
