import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ListImagesQuery } from "@tintype/contract/ims/list-images.ts";
import type { ImageQuery } from "../../images/list-images.ts";
import type { ImageRecord, ImageSort, ImageStatus, ImageVisibility } from "../../ports/image-catalog.ts";
import { attributeConditions } from "./attribute-conditions.ts";
import { toImsImage } from "./to-ims-image.ts";

const defaultLimit = 500;
/** A page is never larger, whatever is asked for; clients go on with the marker. */
const largestLimit = 1000;

const statuses: Readonly<Record<string, readonly ImageStatus[]>> = {
  queued: ["queued"],
  saving: ["saving"],
  active: ["active"],
  killed: ["killed"],
  deleted: [],
  pending_delete: [],
};

const visibilities: Readonly<Record<string, ImageVisibility>> = { private: "private", shared: "shared", public: "public" };

/** The market has no images here, so it selects none. */
const imageTypes: Readonly<Record<string, ImageVisibility | "none">> = {
  gold: "public",
  private: "private",
  shared: "shared",
  market: "none",
};

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
 * Reads what a list of images shall hold. What the catalog can select goes into its filter, the rest is matched on the attributes.
 *
 * Throws  IMG.0017 for a value that no image could have, and for what cannot be answered
 */
export function parseListQuery(query: ListImagesQuery): ImageQuery {
  refuseUnanswerable(query);
  const status = query.status === undefined ? undefined : lookUp(statuses, "status", query.status);
  const imageType = query.__imagetype === undefined ? undefined : lookUp(imageTypes, "__imagetype", query.__imagetype);
  const visibility = query.visibility === undefined ? undefined : lookUp(visibilities, "visibility", query.visibility);
  const excludesAll = imageType === "none" || (imageType !== undefined && visibility !== undefined && imageType !== visibility);
  const conditions = attributeConditions(query);
  const selected = visibility ?? (imageType === "none" ? undefined : imageType);
  return {
    filter: {
      ...(query.id !== undefined && { id: query.id }),
      ...(query.owner !== undefined && { projectId: query.owner }),
      ...(query.name !== undefined && { name: query.name }),
      ...(selected !== undefined && { visibility: [selected] }),
      ...(status !== undefined && { status }),
      ...(excludesAll && { status: [] }),
    },
    matches: conditions.length === 0 ? undefined : (image: ImageRecord) => matchesAll(conditions, image),
    page: pageOf(query),
  };
}

function matchesAll(conditions: ReturnType<typeof attributeConditions>, image: ImageRecord): boolean {
  const shown = toImsImage(image);
  return conditions.every((condition) => condition(shown));
}

function pageOf({ marker, limit, sort_key, sort_dir }: ListImagesQuery): ImageQuery["page"] {
  const key = sort_key === undefined ? undefined : lookUp(sortKeys, "sort_key", sort_key);
  const direction = lookUp({ asc: "asc", desc: "desc" } as const, "sort_dir", sort_dir ?? "desc");
  return {
    limit: limitOf(limit),
    ...(marker !== undefined && { after: marker }),
    ...((key !== undefined || sort_dir !== undefined) && { sort: { key: key ?? "createdAt", direction } }),
  };
}

function limitOf(limit: string | undefined): number {
  if (limit === undefined) {
    return defaultLimit;
  }
  if (!/^\d{1,9}$/.test(limit)) {
    throw new ServiceError("IMG.0017", { parameter: "limit", problem: `"${limit}" is no whole number from 0` });
  }
  return Math.min(Number(limit), largestLimit);
}

/** Answering these as if they were not there would show more than was asked for. */
function refuseUnanswerable(query: ListImagesQuery): void {
  if (query.flavor_id !== undefined) {
    throw new ServiceError("IMG.0017", { parameter: "flavor_id", problem: "this service knows no flavors" });
  }
  if (query.member_status !== undefined) {
    lookUp({ accepted: true, rejected: true, pending: true }, "member_status", query.member_status);
    if (query.visibility !== "shared") {
      throw new ServiceError("IMG.0017", { parameter: "member_status", problem: "it goes only together with visibility=shared" });
    }
  }
}

function lookUp<T>(words: Readonly<Record<string, T>>, parameter: string, word: string): T {
  const found = Object.hasOwn(words, word) ? words[word] : undefined;
  if (found === undefined) {
    throw new ServiceError("IMG.0017", { parameter, problem: `"${word}" is none of ${Object.keys(words).join(", ")}` });
  }
  return found;
}
