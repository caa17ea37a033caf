import type { ByteSource } from "../core/byte-source.ts";
import type { DetectedFormat } from "../core/disk-format.ts";
import type { CheckOptions } from "./check-report.ts";
import { isRefusal } from "./fault-list.ts";
import type { FaultList } from "./fault-list.ts";
import type { BlockPlaces } from "./places/block-places.ts";
import type { StructureCheck } from "./structure-check.ts";

const nothingFound: StructureCheck = { warnings: [], facts: {} };

type PlaceFinder = (source: ByteSource, options: CheckOptions) => Promise<BlockPlaces | undefined>;

/** Loaded when they are wanted, like the codecs they rest on. */
const placeFinders: Readonly<Partial<Record<DetectedFormat, () => Promise<PlaceFinder>>>> = {
  vdi: async () => (await import("./places/vdi-places.ts")).vdiPlaces,
  qed: async () => (await import("./places/qed-places.ts")).qedPlaces,
  vhd: async () => (await import("./places/vhd-places.ts")).vhdPlaces,
  vhdx: async () => (await import("./places/vhdx-places.ts")).vhdxPlaces,
  vmdk: async () => (await import("./places/vmdk-places.ts")).vmdkPlaces,
};

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
      const { checkQcow2 } = await import("./qcow2/check-qcow2.ts");
      return await checkQcow2(source, faults, options);
    }
    const findPlaces = await placeFinders[format]?.();
    const blocks = await findPlaces?.(source, options);
    if (blocks === undefined) {
      return nothingFound;
    }
    const { checkPlaces } = await import("./places/check-places.ts");
    return await checkPlaces({ format, blocks }, faults, options);
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    return nothingFound;
  }
}
