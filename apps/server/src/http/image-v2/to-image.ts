import type { ImageV2 } from "@tintype/contract/image-v2/images.ts";
import { shownLocations } from "../../images/locations/shown-locations.ts";
import { shownProperties } from "../../images/declared/shown-properties.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import { toInstant } from "../to-instant.ts";
import { propertiesOf } from "./attribute-fields.ts";
import { shownStatus } from "./shown-status.ts";
import { toLocation } from "./to-location.ts";
import { seesLocations } from "./viewer.ts";
import type { Viewer } from "./viewer.ts";

/** Shows an image as the Image API does, to whom it is shown. Properties never hide what every image has. */
export function toImage(image: ImageRecord, viewer: Viewer): ImageV2 {
  const { file, promised } = image;
  const { md5, hash } = digestsOf(image);
  const path = `/v2/images/${image.id}`;
  return {
    ...Object.fromEntries(propertiesOf({ description: image.description, properties: shownProperties(viewer.systems, image) })),
    id: image.id,
    name: orNull(image.name),
    status: shownStatus(image.status),
    visibility: image.visibility,
    protected: image.protected,
    os_hidden: image.isHidden,
    owner: image.projectId,
    size: (file ?? promised)?.lengthBytes ?? image.disks[0]?.fileBytes ?? null,
    virtual_size: (image.status === "uploading" ? undefined : image.disks[0]?.virtualSizeBytes) ?? null,
    checksum: md5 ?? null,
    os_hash_algo: hash?.algorithm ?? null,
    os_hash_value: hash?.value ?? null,
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
    ...(seesLocations(viewer, image) && { locations: shownLocations(image).map(toLocation) }),
  };
}

/** A file that waits for its import has a length; what it is, is not known yet. Of content that is elsewhere, it is known what was promised. */
function digestsOf({ status, file, promised }: ImageRecord) {
  if (file === undefined) {
    const { md5, ...others } = promised?.digests ?? {};
    const [[algorithm, value] = []] = Object.entries(others);
    return { md5, hash: algorithm === undefined ? undefined : { algorithm, value } };
  }
  const known = status === "active" || status === "deactivated" ? file : undefined;
  return { md5: known?.md5, hash: known?.digest };
}

function orNull(text: string): string | null {
  return text === "" ? null : text;
}
