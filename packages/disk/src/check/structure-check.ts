import type { DiskWarning } from "../core/virtual-disk.ts";
import type { CheckReport } from "./check-report.ts";

/** What the check of a format's own structure found, besides faults. */
export interface StructureCheck {
  readonly warnings: readonly DiskWarning[];
  readonly facts: CheckReport["facts"];
  readonly leakedBytes?: number;
}
