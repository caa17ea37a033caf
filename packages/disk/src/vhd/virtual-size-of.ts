import { DiskError } from "../core/disk-error.ts";
import { sizeWarnings } from "../core/sector.ts";
import type { DiskWarning } from "../core/virtual-disk.ts";
import { geometryBytes, isLargestGeometry } from "./geometry.ts";
import { MAX_VHD_BYTES } from "./vhd-footer.ts";
import type { VhdFooter } from "./vhd-footer.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** Programs that make a disk as large as its geometry, which is mostly more than was asked for. */
const ROUNDING_CREATORS: readonly string[] = ["qemu", "vpc"];

/** How large the disk is, and what to tell about it. */
export interface VhdSize {
  readonly sizeBytes: number;
  readonly warnings: readonly DiskWarning[];
}

/**
 * Decides how large the disk is: what `current_size` says, unless the file of a fixed disk ends before that and its geometry fits.
 * The two mostly differ by a part of a cylinder, and programs do not agree on which one counts.
 *
 * Shape   `bodyBytes` is the length of the file in front of the footer
 * Throws  disk.corrupt (no size), disk.limit (over 2040 GiB), disk.truncated (a fixed disk that is cut off)
 */
export function virtualSizeOf(footer: VhdFooter, bodyBytes: number): VhdSize {
  const { currentSizeBytes, geometry, type } = footer;
  const chsBytes = geometryBytes(geometry);
  if (currentSizeBytes === 0) {
    throw new DiskError("disk.corrupt", "The VHD footer is damaged: current_size at 48 is 0, there is no disk in it.");
  }
  if (currentSizeBytes > MAX_VHD_BYTES) {
    throw new DiskError("disk.limit", `The VHD claims ${currentSizeBytes} bytes (current_size at 48); the format ends at 2040 GiB.`, {
      remedy: "Check that the file is whole, or convert the disk to VHDX where it was made.",
    });
  }
  if (type !== "fixed" || currentSizeBytes <= bodyBytes) {
    return { sizeBytes: currentSizeBytes, warnings: warningsOf(footer, bodyBytes) };
  }
  if (chsBytes > 0 && chsBytes <= bodyBytes) {
    const message = `The VHD claims ${currentSizeBytes} bytes and the file has ${bodyBytes}; the disk has the ${chsBytes} bytes of its geometry.`;
    return { sizeBytes: chsBytes, warnings: [{ code: "vhd.geometryUsed", message }] };
  }
  throw new DiskError(
    "disk.truncated",
    `The fixed VHD claims ${currentSizeBytes} bytes (current_size at 48), and the file has ${bodyBytes}.`,
    {
      remedy: "Copy or upload the file again, completely.",
    },
  );
}

function warningsOf(footer: VhdFooter, bodyBytes: number): readonly DiskWarning[] {
  const { currentSizeBytes, geometry, type, isSavedState } = footer;
  const warnings: DiskWarning[] = [...sizeWarnings(currentSizeBytes)];
  const chsBytes = geometryBytes(geometry);
  if (chsBytes !== currentSizeBytes && !isLargestGeometry(geometry)) {
    const message = `The VHD states ${currentSizeBytes} bytes, and ${chsBytes} as cylinders, heads and sectors; the disk has ${currentSizeBytes}.`;
    warnings.push({ code: "vhd.sizes", message });
  }
  if (isRoundedUp(footer)) {
    warnings.push({ code: "vhd.roundedSize", message: roundedSizeMessage(footer) });
  }
  if (type === "fixed" && currentSizeBytes < bodyBytes) {
    const message = `The file has ${bodyBytes - currentSizeBytes} bytes between the disk's end and the footer; they are left out.`;
    warnings.push({ code: "vhd.trailingBytes", message });
  }
  if (isSavedState) {
    warnings.push({ code: "vhd.savedState", message: "The disk was saved with a suspended machine; its file systems may not be clean." });
  }
  return warnings;
}

function isRoundedUp({ creator, currentSizeBytes, geometry }: VhdFooter): boolean {
  return ROUNDING_CREATORS.includes(creator) && currentSizeBytes === geometryBytes(geometry) && currentSizeBytes % MIB !== 0;
}

/** Two reasons why a system disk does not fit where it should are seen again and again; this is one of them. */
function roundedSizeMessage({ creator, currentSizeBytes }: VhdFooter): string {
  const neededGiB = Math.ceil(currentSizeBytes / GIB);
  return (
    `The disk has ${currentSizeBytes} bytes, whole cylinders as "${creator}" rounds sizes up when it writes VHD, so it may be larger than the ` +
    `disk it was made from. It needs a system disk of ${neededGiB} GiB; made with the original size (qemu-img: -o force_size=on) it may need less.`
  );
}
