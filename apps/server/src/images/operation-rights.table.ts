import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import type { ServiceError } from "@tintype/contract/service-error.ts";
import type { Rule } from "./check-rules.ts";
import type { ImageOperationName } from "./operation-rules.ts";

/** The action that a caller must be allowed for an operation. Selling in the market has none yet. */
export const operationRights: Readonly<Partial<Record<ImageOperationName, Action>>> = {
  update: "ims:images:update",
  delete: "ims:images:delete",
  export: "ims:images:export",
  quickExport: "ims:images:export",
  copy: "ims:images:copy",
  copyCrossRegion: "ims:images:copy",
  share: "ims:images:share",
  tag: "ims:images:update",
  moveToEnterpriseProject: "ims:images:update",
  makePublic: "tintype:images:publish",
  withdraw: "tintype:images:publish",
};

/** How a caller's rights refuse an action with an image; undefined where they allow it. */
export interface RightUse {
  readonly refused: ServiceError | undefined;
}

/** What a caller must have, whatever is done. */
export const rightRules: readonly Rule<RightUse>[] = [
  {
    name: "right",
    requirement: "R-292, R-304",
    code: "IMG.0026",
    holds: ({ refused }) => refused?.code !== "IMG.0026",
    data: ({ refused }) => refused?.data ?? {},
  },
  {
    name: "operator",
    requirement: "R-005",
    code: "api.operatorsOnly",
    holds: ({ refused }) => refused?.code !== "api.operatorsOnly",
    data: ({ refused }) => refused?.data ?? {},
  },
];
