import { refusal } from "../images/check-rules.ts";
import { machineSourceRules } from "./machine-sources.table.ts";
import type { MachineSourceKind } from "./machine-sources.table.ts";

/**
 * The refusal of a server, a disk or a backup as the source of an image. This service keeps none of them, so whichever is named does not
 * exist, and that is said as it is said of one that does not exist elsewhere.
 */
export function missingMachineSource(kind: MachineSourceKind, id: string): Error {
  return refusal(machineSourceRules[kind], { id, isThere: false });
}
