import { flavorFamily } from "../os-lists/flavor-family.ts";
import type { FlavorList, KnownSystems } from "../os-lists/known-systems.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";

/** An image, and the flavor of a machine that it is to start. */
export interface FlavorUse {
  readonly image: Pick<ImageRecord, "architecture" | "osVersion">;
  readonly systems: KnownSystems;
  /** As a client tells it: `s6.large.2`, or its family alone. */
  readonly flavor: string;
  readonly family: string;
  /** The list for flavors of that family; undefined where there is none, and then nothing is known of them. */
  readonly list: FlavorList | undefined;
  /** The kernel in the image, as far as somebody tells it. */
  readonly kernel: string | undefined;
}

/** What the lists say of a flavor. */
export function flavorUse({ image, systems, flavor, kernel }: Pick<FlavorUse, "image" | "systems" | "flavor" | "kernel">): FlavorUse {
  const family = flavorFamily(flavor);
  return { image, systems, flavor, family, list: systems.byFlavor.get(family), kernel };
}
