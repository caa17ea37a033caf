import { LocationValue } from "@tintype/contract/image-v2/locations.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import type { LocationChange, NewLocation } from "../../images/locations/location-change.ts";
import type { ImageLocation } from "../../ports/image-catalog.ts";

export const locationsAttribute = "locations";
const [deepestMetadata, longestMetadata] = [8, 16 * 1024];
const position = /^(?:0|[1-9]\d{0,8})$/;
const Locations = Type.Array(LocationValue);

/** A change of an image's places, as a patch words it. */
interface LocationsStep {
  readonly op: LocationChange["op"];
  /** What stands in the path behind the attribute. */
  readonly deeper: readonly string[];
  /** Undefined for a removal. */
  readonly value: unknown;
}

/**
 * Reads a change of the places of an image: one is added or removed, or all are replaced.
 *
 * Throws  image.locationPath, image.invalidBody
 */
export function parseLocationChange({ op, deeper, value }: LocationsStep): LocationChange {
  const path = `/${[locationsAttribute, ...deeper].join("/").slice(0, 100)}`;
  const [place, ...further] = deeper;
  if (further.length > 0 || (op === "replace") !== (place === undefined)) {
    const problem = op === "replace" ? "they are replaced as a whole" : "one is added or removed at a time";
    throw new ServiceError("image.locationPath", { path, problem });
  }
  if (op === "replace") {
    return { op, locations: valueOf(Locations, value).map(toLocation) };
  }
  const index = place !== undefined && position.test(place) ? Number(place) : undefined;
  if (op === "remove") {
    if (index === undefined) {
      throw new ServiceError("image.locationPath", { path, problem: "it tells no number" });
    }
    return { op, index };
  }
  if (index === undefined && place !== "-") {
    throw new ServiceError("image.locationPath", { path, problem: "it tells neither a number nor -" });
  }
  return { op, index, location: toNewLocation(valueOf(LocationValue, value)) };
}

function valueOf<Schema extends TSchema>(schema: Schema, value: unknown): Type.Static<Schema> {
  if (Value.Check(schema, value)) {
    return value;
  }
  const [misfit] = Value.Errors(schema, value);
  throw invalid(`a location's ${misfit?.instancePath.slice(0, 100) || "value"} ${misfit?.message ?? "does not fit"}`);
}

function toLocation({ url, metadata = {} }: LocationValue): ImageLocation {
  if (!isShallow(metadata, deepestMetadata) || JSON.stringify(metadata).length > longestMetadata) {
    throw invalid(`the metadata of a location is at most ${deepestMetadata} levels deep, and ${longestMetadata} characters long`);
  }
  return { url, metadata: metadata as ImageLocation["metadata"] };
}

function toNewLocation(value: LocationValue): NewLocation {
  const { checksum, os_hash_algo: algorithm, os_hash_value: digest } = value.validation_data ?? {};
  const claim =
    algorithm === undefined || digest === undefined ? undefined : { md5: checksum?.toLowerCase(), algorithm, value: digest.toLowerCase() };
  return { ...toLocation(value), claim };
}

function isShallow(value: unknown, levels: number): boolean {
  return typeof value !== "object" || value === null || (levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1)));
}

function invalid(problem: string): ServiceError {
  return new ServiceError("image.invalidBody", { problem });
}
