import { resolveOs } from "../images/resolve-os.ts";
import type { KnownSystems } from "../os-lists/known-systems.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import { bytesPerGiB } from "../quotas/limits.ts";
import type { FileFacts } from "./inspect-file.ts";

/** The fields of an image that its content decides. */
export type FoundFields = Partial<
  Pick<
    ImageRecord,
    "osType" | "osBit" | "osVersion" | "platform" | "architecture" | "firmware" | "kind" | "diskFormat" | "minDiskGiB" | "sourceFormat"
  >
>;

/** What was found in a file. */
type ContentFacts = Pick<FileFacts, "os" | "way" | "format" | "virtualSizeBytes">;

/**
 * What the content of a file decides about its image: what was recognised counts more than what the user said, and an image
 * that was made by its metadata becomes what its file is.
 */
export function foundFields(systems: KnownSystems, image: ImageRecord, { os, way, format, virtualSizeBytes }: ContentFacts): FoundFields {
  const { osVersion, ...machine } = os ?? {};
  return {
    sourceFormat: format,
    ...machine,
    ...(osVersion !== undefined && systemFields(systems, osVersion)),
    ...(way === "native" && nativeFields(image, format, virtualSizeBytes)),
  };
}

function systemFields(systems: KnownSystems, told: string): FoundFields {
  const { osVersion, osType, osBit, platform } = resolveOs(systems, { osVersion: told });
  return { osVersion, osType, osBit, platform };
}

function nativeFields({ kind, minDiskGiB }: ImageRecord, format: string, virtualSizeBytes: number): FoundFields {
  const isIso = format === "iso";
  return {
    kind: isIso ? "iso" : kind,
    diskFormat: isIso ? "iso" : "zvhd2",
    // Who did not say how large the disk is wants it as large as it is.
    minDiskGiB: Math.max(minDiskGiB, Math.ceil(virtualSizeBytes / bytesPerGiB)),
  };
}
