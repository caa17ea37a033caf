import type { Rule } from "../images/check-rules.ts";
import { activeAlready, notImporting } from "../images/task-rules.table.ts";
import type { TaskTarget } from "../images/task-rules.table.ts";

/** An image whose content is to be brought to more stores. */
export interface StoreCopyTarget extends TaskTarget {
  /** Names of the stores that were named; none where all were meant. */
  readonly named: readonly string[];
}

const holding = ({ image, named }: StoreCopyTarget): string | undefined => named.find((name) => image.stores.includes(name));

/** What an image must be like before its content is copied. */
export const storeCopyRules: readonly Rule<StoreCopyTarget>[] = [
  activeAlready,
  notImporting,
  {
    name: "notThere",
    requirement: "image-api-v2 §1.8 copy-image",
    code: "image.inStore",
    holds: (target) => holding(target) === undefined,
    data: (target) => ({ id: target.image.id, store: holding(target) ?? "" }),
  },
];
