import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ListImagesQuery } from "@tintype/contract/ims/list-images.ts";
import type { ImageQuery } from "../../images/list-images.ts";
import type { ImageSort } from "../../ports/image-catalog.ts";
import { intersectFilters } from "./intersect-filters.ts";
import type { ImageConditions } from "./intersect-filters.ts";
import { listParameters } from "./list-parameters.table.ts";
import { lookUp } from "./look-up.ts";

const defaultLimit = 500;
/** A page is never larger, whatever is asked for; clients go on with the marker. */
const largestLimit = 1000;

const sortKeys: Readonly<Record<string, ImageSort["key"]>> = {
  created_at: "createdAt",
  name: "name",
  status: "status",
  id: "id",
  container_format: "containerFormat",
  disk_format: "diskFormat",
  // The attribute `size` is the same for all images.
  size: "createdAt",
};

/**
 * Reads what a list of images shall hold, and where its page begins and ends. Parameters that IMS does not know are ignored, as IMS does.
 *
 * Throws  IMG.0017 for a value that no image could have, and for what cannot be answered; IMG.0192 for a flavor
 */
export function parseListQuery(query: ListImagesQuery, standardLimit = defaultLimit): ImageQuery {
  if (query.member_status !== undefined && query.visibility !== "shared") {
    throw new ServiceError("IMG.0017", { parameter: "member_status", problem: "it goes only together with visibility=shared" });
  }
  const filters = Object.entries(query).flatMap(([name, given]) => {
    // A repeated parameter comes as a list: all of its values must hold.
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    return values.filter((value) => typeof value === "string").map((value) => conditionOf(name, value));
  });
  return { filter: intersectFilters(filters), page: pageOf(query, standardLimit) };
}

function conditionOf(name: string, value: string): ImageConditions {
  const parameter = Object.hasOwn(listParameters, name) ? listParameters[name] : undefined;
  if (parameter !== undefined) {
    return parameter(value, name);
  }
  return name.startsWith("__") ? { properties: { [name]: value } } : {};
}

function pageOf({ marker, limit, sort_key, sort_dir }: ListImagesQuery, standardLimit: number): ImageQuery["page"] {
  const key = sort_key === undefined ? undefined : lookUp(sortKeys, "sort_key", sort_key);
  const direction = lookUp({ asc: "asc", desc: "desc" } as const, "sort_dir", sort_dir ?? "desc");
  return {
    limit: limitOf(limit, standardLimit),
    ...(marker !== undefined && { after: marker }),
    ...((key !== undefined || sort_dir !== undefined) && { sort: { key: key ?? "createdAt", direction } }),
  };
}

function limitOf(limit: string | undefined, standardLimit: number): number {
  if (limit === undefined) {
    return standardLimit;
  }
  if (!/^\d{1,9}$/.test(limit)) {
    throw new ServiceError("IMG.0017", { parameter: "limit", problem: `"${limit}" is no whole number from 0` });
  }
  return Math.min(Number(limit), largestLimit);
}
