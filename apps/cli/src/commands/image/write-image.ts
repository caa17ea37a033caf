import type { Image } from "@tintype/client/image.ts";
import type { CliContext } from "../../context.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import { writeFields } from "../../output/write-result.ts";

/** Prints an image for people. */
export function writeImage(context: CliContext, image: Image): void {
  writeFields(context, [
    ["id", image.id],
    ["name", image.name],
    ["status", image.status],
    ["visibility", image.visibility],
    ["protected", String(image.protected)],
    ["size", { text: `${formatBytes(image.sizeBytes)} (${image.sizeBytes} bytes)`, raw: String(image.sizeBytes) }],
    ["min disk", { text: `${image.minDiskGiB} GiB`, raw: String(image.minDiskGiB) }],
    ["min memory", { text: `${image.minRamMiB} MiB`, raw: String(image.minRamMiB) }],
    ["os", [image.osType, image.osVersion].filter((part) => part !== "").join(", ")],
    ["disk format", image.diskFormat],
    ["description", image.description],
    ["origin", image.origin],
    ["key", image.keyId],
    ["tags", image.tags.join(", ")],
    ["project", image.projectId],
    ["created", image.createdAt],
    ["updated", image.updatedAt],
    ...Object.entries(image.properties),
  ]);
}
