import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Rule } from "./check-rules.ts";

/** An image that is to be taken out of a store. */
export interface StoreRemoval {
  readonly image: ImageRecord;
  readonly store: string;
  /** True when it lies there, also where only the store knows: a stop of the service may have come between the two. */
  readonly isThere: boolean;
  /** True when other stores hold all of it, whatever the catalog says. */
  readonly isElsewhere: boolean;
  /** True while a task of it is not over, which may be bringing it there. */
  readonly isImporting: boolean;
}

/** What must be so before an image is taken out of a store. */
export const storeRemovalRules: readonly Rule<StoreRemoval>[] = [
  {
    name: "active",
    requirement: "image-api-v2 §1.2 stores",
    code: "image.notActive",
    holds: ({ image }) => image.status === "active",
    data: ({ image }) => ({ id: image.id, status: image.status }),
  },
  {
    name: "notImporting",
    requirement: "image-api-v2 §1.8 lock",
    code: "image.importing",
    holds: ({ isImporting }) => !isImporting,
    data: ({ image }) => ({ id: image.id }),
  },
  {
    name: "there",
    requirement: "image-api-v2 §1.2 stores",
    code: "image.notInStore",
    holds: ({ isThere }) => isThere,
    data: ({ image, store }) => ({ id: image.id, store }),
  },
  {
    name: "elsewhereToo",
    requirement: "image-api-v2 §1.2 stores",
    code: "image.lastStore",
    holds: ({ image, store, isElsewhere }) => isElsewhere && image.stores.some((other) => other !== store),
    data: ({ image, store }) => ({ id: image.id, store }),
  },
];
