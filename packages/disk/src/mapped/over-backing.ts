import type { ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { overlayDisk } from "../transform/overlay-disk.ts";
import { refuseUnusedParent } from "./refuse-unused-parent.ts";

/** What an image says of the file beneath it, and what was given for it. */
export interface Backing {
  readonly isNeeded: boolean;
  /** As the image names it; undefined when it names none. */
  readonly format: string | undefined;
  readonly given: VirtualDisk | undefined;
}

/** QEMU's names of formats, where they are not ours. */
const FORMAT_NAMES: Readonly<Record<string, string>> = { vpc: "vhd", host_device: "raw", file: "raw" };

/** An image that needs a file which was not given. */
export function missingBacking(format: string): DiskError {
  return new DiskError("disk.unsafe", `The ${format} image needs a backing file, which is another file on the machine that made it.`, {
    remedy: "Give that file as its parent, or merge the two (for example by converting the image to a new qcow2), then use the result.",
  });
}

/**
 * Lays an image over the backing file that was given for it. QEMU's formats keep no id of that file: whether it is the right one, only the
 * caller knows. Its format is compared where the image states one, since a guest can write the header of any format into a raw disk.
 *
 * Memory  as `overlayDisk`
 * Throws  disk.unsafe (of another format; given to an image that needs none), as `overlayDisk`
 */
export async function overBacking(top: VirtualDisk, backing: Backing, options: ReadOptions): Promise<VirtualDisk> {
  const { isNeeded, given, format: stated } = backing;
  if (given === undefined || !isNeeded) {
    refuseUnusedParent(given);
    return top;
  }
  const format = stated === undefined ? given.format : (FORMAT_NAMES[stated] ?? stated);
  if (format !== given.format) {
    throw new DiskError(
      "disk.unsafe",
      `The image was made over a backing file in ${JSON.stringify(format.slice(0, 40))}, and a ${given.format} disk was given.`,
      {
        remedy: "Give the file that the image was made over, opened in that format.",
      },
    );
  }
  return overlayDisk(top, given, options);
}
