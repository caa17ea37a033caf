import { imageVisibilities } from "@tintype/contract/image-v2/image-words.table.ts";
import type { MemberStatus } from "../../ports/image-catalog.ts";
import type { Selection } from "./image-filters.table.ts";
import { invalidQuery } from "./parse-filter-value.ts";

const memberStatuses: ReadonlyMap<string, MemberStatus | "any"> = new Map([
  ["accepted", "accepted"],
  ["pending", "pending"],
  ["rejected", "rejected"],
  ["all", "any"],
]);

/**
 * Which images a list shows by who may see them. Images of the community come only when they are asked for. What somebody answered, together
 * with `visibility=shared`, asks for what others share with it: its own images are not among them.
 *
 * Throws  image.invalidQuery
 */
export function parseVisibility(asked: string | undefined, answered: string | undefined): Selection {
  const status = answered === undefined ? undefined : memberStatuses.get(answered);
  if (answered !== undefined && status === undefined) {
    throw invalidQuery("member_status", `it is none of ${[...memberStatuses.keys()].join(", ")}`);
  }
  const visibility = imageVisibilities.find((word) => word === asked);
  if (asked !== undefined && asked !== "all" && visibility === undefined) {
    throw invalidQuery("visibility", `it is none of ${imageVisibilities.join(", ")} and all`);
  }
  return {
    ...(visibility !== undefined && { visibility: [visibility] }),
    ...((asked === "all" || asked === "community") && { community: "all" }),
    ...(status !== undefined && (asked === "shared" ? { memberStatus: status } : { sharedAs: status })),
  };
}
