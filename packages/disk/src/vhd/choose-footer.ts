import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { DiskWarning } from "../core/virtual-disk.ts";
import { hasText, u32 } from "../detect/probe.ts";
import { hasValidSum } from "../detect/probe-vhd.ts";
import { parseFooter } from "./parse-footer.ts";
import { FOOTER_BYTES, FOOTER_COOKIE } from "./vhd-footer.ts";
import type { VhdFooter } from "./vhd-footer.ts";

/** The footer to go by, and what was odd about the two copies. */
export interface ChosenFooter {
  readonly footer: VhdFooter;
  /** Bytes of the file in front of the last footer; the whole file when it has none at its end. */
  readonly bodyBytes: number;
  readonly warnings: readonly DiskWarning[];
}

/** One place where a footer may be. */
interface Candidate {
  readonly at: number;
  readonly footer: VhdFooter | undefined;
  /** Why there is none, when something begins like one. */
  readonly fault: string | undefined;
}

/**
 * Finds the footer in the last sector and its copy at 0, which only dynamic and differencing disks have, and decides which one counts.
 *
 * Throws  disk.corrupt (no sound footer, two that contradict each other), disk.ambiguous (a fixed disk whose first sector is a sound footer too),
 *         disk.unsupported, disk.io
 * Source  Virtual Hard Disk Image Format Specification 1.0, "Hard Disk Footer Format"
 */
export async function chooseFooter(source: ByteSource, options?: ReadOptions): Promise<ChosenFooter> {
  const { lengthBytes } = source;
  const head = candidateOf(await source.read(0, Math.min(FOOTER_BYTES, lengthBytes), options), 0);
  const last = await source.read(Math.max(lengthBytes - FOOTER_BYTES, 0), Math.min(FOOTER_BYTES, lengthBytes), options);
  const isShort = !hasText(last, 0, FOOTER_COOKIE) && hasText(last, 1, FOOTER_COOKIE);
  const tailBytes = isShort ? last.subarray(1) : last;
  const tail = candidateOf(tailBytes, lengthBytes - tailBytes.length);
  const bodyBytes = tail.footer === undefined ? lengthBytes : tail.at;
  if (tail.footer?.type === "fixed") {
    refuseSecondDisk(head);
    return { footer: tail.footer, bodyBytes, warnings: [] };
  }
  if (head.footer !== undefined && head.footer.type !== "fixed") {
    refuseContradiction(head.footer, tail.footer);
    return { footer: head.footer, bodyBytes, warnings: tail.footer === undefined ? [copyUsed("the footer at the file's end", tail)] : [] };
  }
  if (tail.footer !== undefined) {
    return { footer: tail.footer, bodyBytes, warnings: [copyUsed("the copy of the footer at 0", head)] };
  }
  throw noFooter([head, tail]);
}

function candidateOf(bytes: Uint8Array, at: number): Candidate {
  if (bytes.length < FOOTER_BYTES - 1 || !hasText(bytes, 0, FOOTER_COOKIE)) {
    return { at, footer: undefined, fault: undefined };
  }
  if (!hasValidSum(bytes, "be")) {
    const stated = (u32(bytes, 64, "be") ?? 0).toString(16);
    return { at, footer: undefined, fault: `the checksum at ${at + 64}, 0x${stated}, is not that of its bytes` };
  }
  return { at, footer: parseFooter(bytes, at), fault: undefined };
}

/** What stands in the first sector of a fixed disk is the guest's; when it says "dynamic disk", nobody can tell which one is meant. */
function refuseSecondDisk({ footer }: Candidate): void {
  if (footer !== undefined && footer.type !== "fixed") {
    throw new DiskError("disk.ambiguous", `The VHD footer in the last sector says fixed, and a second one at 0 says ${footer.type}.`, {
      remedy: "Convert the disk to raw or qcow2 where it was made, with its format named.",
    });
  }
}

function refuseContradiction(head: VhdFooter, tail: VhdFooter | undefined): void {
  const fields = ["type", "uniqueId", "currentSizeBytes", "dataOffset"] as const;
  const field = tail === undefined ? undefined : fields.find((name) => head[name] !== tail[name]);
  if (field !== undefined) {
    throw new DiskError(
      "disk.corrupt",
      `The VHD footer and its copy at 0 contradict each other: ${field} is ${tail?.[field]} and ${head[field]}.`,
      {
        remedy: "Repair or convert the disk where it was made.",
      },
    );
  }
}

function copyUsed(what: string, { fault }: Candidate): DiskWarning {
  const message = `${what[0]?.toUpperCase()}${what.slice(1)} is ${fault === undefined ? "missing" : `damaged (${fault})`}; the other one was used.`;
  return { code: "vhd.footer", message };
}

function noFooter(candidates: readonly Candidate[]): DiskError {
  const faults = candidates.flatMap(({ fault }) => fault ?? []);
  if (faults.length > 0) {
    return new DiskError("disk.corrupt", `The VHD footer is damaged: ${faults.join("; ")}.`, {
      remedy: "Copy or upload the file again; if it was made like this, repair or convert it where it was made.",
    });
  }
  return new DiskError("disk.truncated", "There is no VHD footer, neither in the last sector nor at 0.", {
    remedy: "Check that the file is a VHD, and that it was copied or uploaded completely.",
  });
}
