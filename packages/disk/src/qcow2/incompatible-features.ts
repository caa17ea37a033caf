import { DiskError } from "../core/disk-error.ts";
import { incompatibleBits } from "./qcow2-header.ts";

const KNOWN_LOW_BITS = 0b1_1111;

/**
 * Refuses a version 3 header whose incompatible features say that the content is damaged, lies elsewhere, or has a shape that is not known.
 *
 * Throws  disk.corrupt (the file says so itself), disk.unsafe (external data file), disk.unsupported (bits 5 to 63)
 * Source  QEMU docs/interop/qcow2, "incompatible_features"
 */
export function refuseIncompatibleFeatures(view: DataView): void {
  const high = view.getUint32(72);
  const low = view.getUint32(76);
  if ((low & (1 << incompatibleBits.corrupt)) !== 0) {
    throw new DiskError("disk.corrupt", "The image is marked as corrupt by the program that wrote it.", {
      remedy: "Repair it where it was made (qemu-img check -r all), or take a good copy.",
    });
  }
  if ((low & (1 << incompatibleBits.externalData)) !== 0) {
    throw externalDataFile();
  }
  if (high !== 0 || (low & ~KNOWN_LOW_BITS) !== 0) {
    throw new DiskError("disk.unsupported", `The image uses features that are unknown here: incompatible bits ${unknownBits(high, low)}.`, {
      remedy: "Convert it to plain qcow2 with the program that made it.",
    });
  }
}

/** The refusal of content that lies in another file. */
export function externalDataFile(): DiskError {
  return new DiskError("disk.unsafe", "The image keeps its data in an external file on the machine that made it.", {
    remedy: "Convert it to an image that holds its own data, then upload the result.",
  });
}

function unknownBits(high: number, low: number): string {
  const bits: number[] = [];
  for (let bit = 5; bit < 64; bit += 1) {
    const word = bit < 32 ? low : high;
    if ((word & (1 << (bit % 32))) !== 0) {
      bits.push(bit);
    }
  }
  return bits.join(", ");
}
