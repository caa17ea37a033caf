import type { KnownSystems } from "../../os-lists/known-systems.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import { osPropertiesOf } from "./os-properties.ts";

type Properties = ImageRecord["properties"];

/** The properties of an image, with those that say what the service knows of the system in it where the owner says nothing. */
export function shownProperties(systems: KnownSystems, image: ImageRecord): Properties {
  const { hw_firmware_type: firmware } = image.properties;
  return {
    ...osPropertiesOf(systems, image),
    ...image.properties,
    // Another interface may have changed it since.
    ...((firmware === "bios" || firmware === "uefi") && { hw_firmware_type: image.firmware }),
  };
}

/**
 * The properties to keep of those that were shown and edited: what the service knows of itself is kept as a property once any of it is
 * changed, so that the owner's word about the system is whole.
 */
export function keptProperties(systems: KnownSystems, image: ImageRecord, edited: Properties): Properties {
  const known = osPropertiesOf(systems, image);
  const shown = shownProperties(systems, image);
  const isUntouched = Object.keys(known).every((name) => edited[name] === shown[name]);
  return isUntouched
    ? Object.fromEntries(Object.entries(edited).filter(([name]) => Object.hasOwn(image.properties, name) || !Object.hasOwn(known, name)))
    : edited;
}
