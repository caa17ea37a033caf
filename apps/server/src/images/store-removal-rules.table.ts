import type { Rule } from "./check-rules.ts";
import { activeAlready, notImporting } from "./task-rules.table.ts";
import type { TaskTarget } from "./task-rules.table.ts";

/** An image that is to be taken out of a store. */
export interface StoreRemoval extends TaskTarget {
  readonly store: string;
  /** True when it lies there, also where only the store knows: a stop of the service may have come between the two. */
  readonly isThere: boolean;
  /** True when other stores that it names hold all of it. */
  readonly isElsewhere: boolean;
}

/** What must be so before an image is taken out of a store. */
export const storeRemovalRules: readonly Rule<StoreRemoval>[] = [
  activeAlready,
  notImporting,
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
    holds: ({ isElsewhere }) => isElsewhere,
    data: ({ image, store }) => ({ id: image.id, store }),
  },
];
