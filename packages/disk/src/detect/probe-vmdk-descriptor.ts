import { hasText } from "./probe.ts";
import type { ProbeInput, ProbeResult } from "./probe.ts";

const MAX_BYTES = 64 * 1024;

/**
 * Recognises the text file that names the parts of a VMDK: comments and blank lines, then `version=1` to `3`, and a `createType`.
 *
 * Source  VMware Virtual Disk Format 5.0, "The Disk Descriptor File"
 */
export function probeVmdkDescriptor({ head, lengthBytes }: ProbeInput): ProbeResult {
  const claimsIt = hasText(head, 0, "# Disk DescriptorFile");
  const lines = Buffer.from(head.subarray(0, MAX_BYTES)).toString("latin1").split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#"))?.trim();
  if (first === undefined || !/^version\s*=\s*[123]$/i.test(first)) {
    return claimsIt ? { damaged: "it does not state a version from 1 to 3" } : undefined;
  }
  if (lengthBytes >= MAX_BYTES || !lines.some((line) => /^\s*createType\s*=/i.test(line))) {
    return claimsIt ? { damaged: "it is too long for a descriptor or states no createType" } : undefined;
  }
  return { found: "a text descriptor with version and createType" };
}
