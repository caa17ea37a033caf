import type { VirtualDisk } from "../core/virtual-disk.ts";
import { hasParent } from "./parse-descriptor.ts";
import type { Descriptor } from "./parse-descriptor.ts";

/** Answers what a descriptor says of the whole disk, for `info`. */
export function describeVmdk(descriptor: Descriptor | undefined): VirtualDisk["details"] {
  if (descriptor === undefined) {
    return {};
  }
  const { createType, cid, parentCid } = descriptor;
  return { createType, ...(cid === undefined ? {} : { cid }), ...(hasParent(descriptor) ? { parentCid } : {}) };
}
