import type { ImageRecord } from "../../ports/image-catalog.ts";
import { osPropertiesOf } from "./os-properties.ts";

type Properties = ImageRecord["properties"];

/** The properties of an image, with those that say what the service knows of the system in it where the owner says nothing. */
export function shownProperties(image: ImageRecord): Properties {
  const { hw_firmware_type: firmware } = image.properties;
  return {
    ...osPropertiesOf(image),
    ...image.properties,
    // Another interface may have changed it since.
    ...((firmware === "bios" || firmware === "uefi") && { hw_firmware_type: image.firmware }),
  };
}

/**
 * The properties to keep of those that were shown and edited: what the service knows of itself is kept as a property once any of it is
 * changed, so that the owner's word about the system is whole.
 */
export function keptProperties(image: ImageRecord, edited: Properties): Properties {
  const known = osPropertiesOf(image);
  const shown = shownProperties(image);
  const isUntouched = Object.keys(known).every((name) => edited[name] === shown[name]);
  return isUntouched
    ? Object.fromEntries(Object.entries(edited).filter(([name]) => Object.hasOwn(image.properties, name) || !Object.hasOwn(known, name)))
    : edited;
}
