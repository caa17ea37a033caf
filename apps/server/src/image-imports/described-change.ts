import { ServiceError } from "@tintype/contract/service-error.ts";
import { kindOfFormat } from "../images/declared/kind-of-format.ts";
import { changedSystemOf } from "../images/declared/os-properties.ts";
import { keptProperties, shownProperties } from "../images/declared/shown-properties.ts";
import type { KnownSystems } from "../os-lists/known-systems.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Limits } from "../quotas/limits.ts";
import type { RemoteDescription } from "./fetch-remote-image.ts";

/** What becomes of an image that takes over what another one is said to be: properties of the same name give way. Throws  image.tooMany */
export function describedChange(
  image: ImageRecord,
  described: RemoteDescription,
  { limits, systems }: { readonly limits: Limits; readonly systems: KnownSystems },
) {
  const { diskFormat, containerFormat } = described;
  const shown = shownProperties(systems, image);
  const merged = { ...shown, ...described.properties };
  const properties = keptProperties(systems, image, merged);
  const count = Object.keys(properties).length;
  const limit = Math.max(limits.properties.perImage, Object.keys(image.properties).length);
  if (count > limit) {
    throw new ServiceError("image.tooMany", { what: "properties", count, limit });
  }
  const isPlainKind = image.kind === "system" || image.kind === "iso";
  return {
    diskFormat,
    containerFormat,
    properties,
    ...changedSystemOf(systems, shown, merged),
    ...(isPlainKind && { kind: kindOfFormat(diskFormat) }),
  };
}
