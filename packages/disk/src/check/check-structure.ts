import type { ByteSource } from "../core/byte-source.ts";
import type { DetectedFormat } from "../core/disk-format.ts";
import type { CheckOptions } from "./check-report.ts";
import { isRefusal } from "./fault-list.ts";
import type { FaultList } from "./fault-list.ts";
import type { BlockPlaces } from "./places/block-places.ts";
import { checkPlaces } from "./places/check-places.ts";
import { qedPlaces } from "./places/qed-places.ts";
import { vdiPlaces } from "./places/vdi-places.ts";
import { vhdPlaces } from "./places/vhd-places.ts";
import { vhdxPlaces } from "./places/vhdx-places.ts";
import { vmdkPlaces } from "./places/vmdk-places.ts";
import { checkQcow2 } from "./qcow2/check-qcow2.ts";
import type { StructureCheck } from "./structure-check.ts";

const nothingFound: StructureCheck = { warnings: [], facts: {} };

const placeFinders: ReadonlyMap<DetectedFormat, (source: ByteSource, options: CheckOptions) => Promise<BlockPlaces | undefined>> = new Map([
  ["vdi", vdiPlaces],
  ["qed", qedPlaces],
  ["vhd", vhdPlaces],
  ["vhdx", vhdxPlaces],
  ["vmdk", vmdkPlaces],
]);

/**
 * Checks what a format's own tables say of the file, beyond what reading needs, where there is a check for the format.
 *
 * Memory  as `checkQcow2` or `checkPlaces`
 * Throws  disk.io, the signal's reason. A head that cannot be read is no fault here: opening the disk has reported it
 */
export async function checkStructure(
  source: ByteSource,
  format: DetectedFormat,
  { faults, options }: { readonly faults: FaultList; readonly options: CheckOptions },
): Promise<StructureCheck> {
  try {
    if (format === "qcow2") {
      return await checkQcow2(source, faults, options);
    }
    const blocks = await placeFinders.get(format)?.(source, options);
    return blocks === undefined ? nothingFound : await checkPlaces({ format, blocks }, faults, options);
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    return nothingFound;
  }
}
