import { ServiceError } from "@tintype/contract/service-error.ts";
import type { OldImagesQuery } from "@tintype/contract/ims/old-images.ts";
import type { ImageQuery } from "../../images/list-images.ts";
import { intersectFilters, nothing } from "./intersect-filters.ts";
import type { ImageConditions } from "./intersect-filters.ts";
import { parseListQuery } from "./parse-list-query.ts";
import { unusedSize } from "./to-ims-image.ts";

/**
 * Reads the query of a list of version 1.1: the same filters by other names. Sizes are compared with the attribute, which is not used.
 *
 * Throws  IMG.0017
 */
export function parseOldQuery(query: OldImagesQuery): ImageQuery {
  const { name, container_format, disk_format, status, marker, limit } = query;
  const known = Object.entries({ name, container_format, disk_format, status, marker, limit });
  const { filter, page } = parseListQuery(Object.fromEntries(known.filter(([, value]) => value !== undefined)));
  return { filter: intersectFilters([filter, changedSince(query["changes-since"]), sizedWithin(query)]), page };
}

function changedSince(time: string | undefined): ImageConditions {
  if (time === undefined) {
    return {};
  }
  // A time without a zone is UTC; a plus sign that a client did not escape comes as a space.
  const text = time.trim().replace(/ (?=\d\d:?\d\d$)/, "+");
  const isZoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  const instant = /^\d{4}-\d\d-\d\d(?:[T ]|$)/.test(text) ? Date.parse(isZoned ? text : `${text.replace(" ", "T")}Z`) : Number.NaN;
  if (Number.isNaN(instant)) {
    throw new ServiceError("IMG.0017", { parameter: "changes-since", problem: `"${time}" is no time as yyyy-MM-ddThh:mm:ss` });
  }
  return { times: [{ field: "updatedAt", operator: "gte", instant }] };
}

function sizedWithin({ size_min = "0", size_max }: OldImagesQuery): ImageConditions {
  const [least, most] = [bytesOf("size_min", size_min), size_max === undefined ? Infinity : bytesOf("size_max", size_max)];
  return least <= unusedSize && unusedSize <= most ? {} : nothing;
}

function bytesOf(parameter: string, value: string): number {
  if (!/^\d{1,15}$/.test(value)) {
    throw new ServiceError("IMG.0017", { parameter, problem: `"${value}" is no whole number from 0` });
  }
  return Number(value);
}
