import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { DiskError } from "../core/disk-error.ts";
import type { DetectedFormat } from "../core/disk-format.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { openQcow2 } from "../qcow2/open-qcow2.ts";
import { openRaw } from "../raw/open-raw.ts";
import { detectFormat } from "./detect-format.ts";
import type { Detection } from "./detect-format.ts";
import { probes } from "./probes.table.ts";
import type { Handling } from "./probe.ts";

export interface OpenDiskOptions extends ReadOptions, VirtualSizeLimit {
  /** What the file was said to be. Anything else is refused. Default: whatever the content is. */
  readonly declaredFormat?: DetectedFormat | undefined;
}

/**
 * Opens a disk image by its content. The source is closed with the disk, and also when opening fails.
 *
 * Memory  as the format needs: `openRaw`, `openQcow2`
 * Throws  disk.mislabelled (not what was declared), disk.unsupported (recognised, and to be converted or unpacked first),
 *         disk.unsafe (encrypted), disk.ambiguous, and what opening the format throws
 */
export async function openDisk(source: ByteSource, options: OpenDiskOptions = {}): Promise<VirtualDisk> {
  return closeOnFailure(source, async () => {
    const detection = await detectFormat(source, options);
    refuse(detection, options.declaredFormat);
    return detection.format === "qcow2" ? openQcow2(source, options) : openRaw(source, options);
  });
}

const remedies: Record<Exclude<Handling, "open">, string> = {
  convert: "Convert it to qcow2 or raw first.",
  unpack: "Unpack it first, then use the disk image inside.",
  encrypted: "Decrypt it first, or copy its content to a disk without encryption.",
};

function refuse(detection: Detection, declared: DetectedFormat | undefined): void {
  const { label, handling } = describe(detection.format);
  if (handling === "encrypted") {
    throw new DiskError("disk.unsafe", `This is ${label}; its content cannot be read without the key.`, { remedy: remedies.encrypted });
  }
  if (declared !== undefined && declared !== detection.format) {
    throw new DiskError("disk.mislabelled", `The file was declared as ${declared}, and its content is ${label} (${detection.evidence}).`, {
      remedy: handling === "open" ? `Declare it as ${detection.format}, if that is what it should be.` : remedies[handling],
    });
  }
  if (handling !== "open") {
    throw new DiskError("disk.unsupported", `This is ${label} (${detection.evidence}), which cannot be opened as it is.`, {
      remedy: remedies[handling],
    });
  }
}

function describe(format: DetectedFormat): { readonly label: string; readonly handling: Handling } {
  return probes.find((probe) => probe.format === format) ?? { label: "a raw disk", handling: "open" };
}
