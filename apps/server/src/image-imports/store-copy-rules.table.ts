import type { Rule } from "../images/check-rules.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";

/** An image whose content is to be brought to more stores. */
export interface StoreCopyTarget {
  readonly image: ImageRecord;
  /** True while an earlier task of it is not over. */
  readonly isImporting: boolean;
  /** Names of the stores that were named; none where all were meant. */
  readonly named: readonly string[];
}

const holding = ({ image, named }: StoreCopyTarget): string | undefined => named.find((name) => image.stores.includes(name));

/** What an image must be like before its content is copied. */
export const storeCopyRules: readonly Rule<StoreCopyTarget>[] = [
  {
    name: "active",
    requirement: "image-api-v2 §1.8 copy-image",
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
    name: "notThere",
    requirement: "image-api-v2 §1.8 copy-image",
    code: "image.inStore",
    holds: (target) => holding(target) === undefined,
    data: (target) => ({ id: target.image.id, store: holding(target) ?? "" }),
  },
];
