import type { ImageV2 } from "@tintype/contract/image-v2/images.ts";
import { shownProperties } from "../../images/declared/shown-properties.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import { toInstant } from "../to-instant.ts";
import { propertiesOf } from "./attribute-fields.ts";

/** Shows an image as the Image API does. Properties never hide what every image has. */
export function toImage(image: ImageRecord): ImageV2 {
  const { file } = image;
  // A file that waits for its import has a length; what it is, is not known yet.
  const known = image.status === "active" || image.status === "deactivated" ? file : undefined;
  const path = `/v2/images/${image.id}`;
  return {
    ...Object.fromEntries(propertiesOf({ description: image.description, properties: shownProperties(image) })),
    id: image.id,
    name: orNull(image.name),
    status: image.status,
    visibility: image.visibility,
    protected: image.protected,
    os_hidden: image.isHidden,
    owner: image.projectId,
    size: file?.lengthBytes ?? null,
    virtual_size: (image.status === "uploading" ? undefined : image.disks[0]?.virtualSizeBytes) ?? null,
    checksum: known?.md5 ?? null,
    os_hash_algo: known?.digest.algorithm ?? null,
    os_hash_value: known?.digest.value ?? null,
    disk_format: orNull(image.diskFormat),
    container_format: orNull(image.containerFormat),
    min_disk: image.minDiskGiB,
    min_ram: image.minRamMiB,
    created_at: toInstant(image.createdAt),
    updated_at: toInstant(image.updatedAt),
    tags: [...image.tags],
    self: path,
    file: `${path}/file`,
    schema: "/v2/schemas/image",
  };
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}
