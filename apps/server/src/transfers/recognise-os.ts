import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import type { Architecture, Firmware } from "../ports/image-catalog.ts";

/** What a look into a disk tells of the system on it. What is not known is absent; what is known counts more than what the user said. */
export type RecognisedOs = {
  /** As the OS list spells it, or one of the names for others. */
  readonly osVersion?: string;
  readonly architecture?: Architecture;
  readonly firmware?: Firmware;
};

/** Looks into a disk for the system on it. Answers undefined when nothing is found; throws only what reading throws. */
export type OsRecogniser = (disk: VirtualDisk, options: { readonly signal: AbortSignal }) => Promise<RecognisedOs | undefined>;

/** Looks at nothing: what the user said counts. */
export const recogniseNothing: OsRecogniser = async () => undefined;
