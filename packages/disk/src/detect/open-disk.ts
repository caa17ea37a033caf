import type { ByteSource } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { DiskError } from "../core/disk-error.ts";
import type { DetectedFormat } from "../core/disk-format.ts";
import { settleAll } from "../core/settle-all.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { openers } from "../formats/openers.table.ts";
import type { OpenerOptions } from "../formats/openers.table.ts";
import { detectFormat } from "./detect-format.ts";
import type { Detection } from "./detect-format.ts";
import { probes } from "./probes.table.ts";
import type { Handling } from "./probe.ts";

export interface OpenDiskOptions extends OpenerOptions {
  /** What the file was said to be. Anything else is refused. Default: whatever the content is. */
  readonly declaredFormat?: DetectedFormat | undefined;
  /** What the caller takes; anything else is refused by name. Default: everything that can be opened. */
  readonly accept?: readonly DetectedFormat[] | undefined;
  /** Which disk of an archive with several: its name or id. */
  readonly member?: string | undefined;
}

/**
 * Opens a disk image by its content. The source, and the files and the parent given beside it, are closed with the disk, and also when opening
 * fails.
 *
 * Memory  as the format needs: see its opener
 * Throws  disk.mislabelled (not what was declared), disk.unsupported (not accepted, or recognised and to be converted first),
 *         disk.unsafe (encrypted), disk.ambiguous, and what opening the format throws
 */
export async function openDisk(source: ByteSource, options: OpenDiskOptions = {}): Promise<VirtualDisk> {
  return closeOnFailure(allOf(source, options), async () => {
    const detection = await detectFormat(source, options);
    refuse(detection, options);
    refuseUnused(detection, options);
    return await openDetected(source, detection.format, options);
  });
}

async function openDetected(source: ByteSource, detected: DetectedFormat, options: OpenDiskOptions): Promise<VirtualDisk> {
  if (detected === "ova") {
    const { openOvaDisk } = await import("../ova/open-ova-disk.ts");
    return openOvaDisk(source, options);
  }
  if (detected === "gzip" || detected === "zstd") {
    const { openWrapped } = await import("../wrapped/open-wrapped.ts");
    return openWrapped(source, detected, options);
  }
  const format = probes.find((probe) => probe.format === detected)?.opensAs ?? "raw";
  const open = await openers[format].load();
  return open(source, options);
}

const remedies: Record<Exclude<Handling, "open">, string> = {
  convert: "Convert it to qcow2 or raw first.",
  unpack: "Unpack it first, then use the disk image inside.",
  encrypted: "Decrypt it first, or copy its content to a disk without encryption.",
};

function refuse(detection: Detection, { declaredFormat: declared, accept }: OpenDiskOptions): void {
  const { label, handling } = describe(detection.format);
  if (handling === "encrypted") {
    throw new DiskError("disk.unsafe", `This is ${label}; its content cannot be read without the key.`, { remedy: remedies.encrypted });
  }
  if (declared !== undefined && declared !== detection.format && declared !== opensAs(detection.format)) {
    throw new DiskError("disk.mislabelled", `The file was declared as ${declared}, and its content is ${label} (${detection.evidence}).`, {
      remedy: handling === "open" ? `Declare it as ${detection.format}, if that is what it should be.` : remedies[handling],
    });
  }
  if (handling !== "open") {
    throw new DiskError("disk.unsupported", `This is ${label} (${detection.evidence}), which cannot be opened as it is.`, {
      remedy: remedies[handling],
    });
  }
  if (accept !== undefined && !accept.includes(detection.format)) {
    throw new DiskError("disk.unsupported", `This is ${label} (${detection.evidence}), which is not taken here.`, {
      remedy: "Give the disk image itself: unpacked, whole, and no installer disc.",
    });
  }
}

/** Files that the format has no use for were given by mistake: reading on without them could give another disk than the caller means. */
function refuseUnused({ format }: Detection, { related = [], parent }: OpenDiskOptions): void {
  const opened = opensAs(format);
  const entry = opened === undefined ? undefined : openers[opened];
  if (related.length > 0 && entry?.takesRelated !== true) {
    throw new DiskError("disk.unsupported", `${describe(format).label} is one file, and ${related.length} more were given with it.`, {
      remedy: "Give only the image itself.",
    });
  }
  if (parent !== undefined && entry?.takesParent !== true) {
    throw new DiskError("disk.unsupported", `${describe(format).label} has no parent, and one was given with it.`, {
      remedy: "Give only the image itself.",
    });
  }
}

function describe(format: DetectedFormat): { readonly label: string; readonly handling: Handling } {
  return probes.find((probe) => probe.format === format) ?? { label: "a raw disk", handling: "open" };
}

function opensAs(format: DetectedFormat): keyof typeof openers | undefined {
  return format === "raw" ? "raw" : probes.find((probe) => probe.format === format)?.opensAs;
}

/** Everything that opening takes over, closed as one. */
function allOf(source: ByteSource, { related = [], parent }: OpenDiskOptions): AsyncDisposable {
  const owned: readonly AsyncDisposable[] = [source, ...related.map((file) => file.source), ...(parent === undefined ? [] : [parent])];
  return { [Symbol.asyncDispose]: async () => settleAll(owned.map(async (one) => one[Symbol.asyncDispose]())) };
}
