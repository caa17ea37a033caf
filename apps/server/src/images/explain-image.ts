import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import type { ErrorCode, ErrorData, ServiceError } from "@tintype/contract/service-error.ts";
import { mayDo } from "../identity/authorize.ts";
import { forbidden } from "../identity/forbidden.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { KeyId, KeyService } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { imageQuotaRules, jobQuotaRules } from "../quotas/quota-rules.table.ts";
import { unfinishedJobs } from "../quotas/unfinished-jobs.ts";
import { brokenRules, refusal } from "./check-rules.ts";
import type { Rule } from "./check-rules.ts";
import { findImage } from "./find-image.ts";
import { imageCaller } from "./image-caller.ts";
import type { ImageOperation } from "./image-rules.table.ts";
import { imageKeyRules, originalKeyRules } from "./key-rules.table.ts";
import type { KeyUse } from "./key-rules.table.ts";
import { membershipOf } from "./membership-of.ts";
import { operationRights, rightRules } from "./operation-rights.table.ts";
import { operationRules } from "./operation-rules.ts";
import type { ImageOperationName } from "./operation-rules.ts";
import { copyJobKind, workOnImage } from "./work-on-image.ts";

/** One rule that stands in the way, with what its code's sentence needs. */
export interface Reason {
  readonly rule: string;
  readonly requirement: string;
  readonly code: ErrorCode;
  readonly data: ErrorData;
}

/** Whether an operation would pass now, and if not, every reason. */
export interface Capability {
  readonly operation: ImageOperationName;
  readonly allowed: boolean;
  readonly reasons: readonly Reason[];
}

/** What the parts of this use case need. */
export interface ExplainImageDeps {
  readonly catalog: Catalog;
  readonly keys: Pick<KeyService, "getKey">;
  readonly limits: Limits;
  readonly region: string;
}

/** What is known of an image, its caller and their project, as all rules together want it. */
interface Facts {
  readonly operation: ImageOperation;
  /** Undefined for an image that is not encrypted. */
  readonly key: KeyUse | undefined;
  readonly images: number;
  readonly jobs: number;
  /** How the caller's rights refuse an action with this image. */
  refusedRight(action: Action): ServiceError | undefined;
}

/** Rules beside those of the image itself, for operations that start a task or take a place in the quota. */
const furtherReasons: Readonly<Partial<Record<ImageOperationName, (facts: Facts) => readonly Reason[]>>> = {
  export: (facts) => [...keyReasons(imageKeyRules, facts), ...jobReasons(facts)],
  quickExport: jobReasons,
  copy: (facts) => [...keyReasons(originalKeyRules, facts), ...imageReasons(facts), ...jobReasons(facts)],
  copyCrossRegion: jobReasons,
};

/**
 * Tells for every operation whether the caller could do it with this image now, and everything that stands in the way: the rules that
 * would refuse it, the caller's rights among them. What a request itself brings along (a name, a bucket, a key) is not judged.
 *
 * Throws  IMG.0026, IMG.0027; what the key service throws when it cannot be reached
 */
export async function explainImage(deps: ExplainImageDeps, principal: Principal, id: string): Promise<readonly Capability[]> {
  const facts = await findFacts(deps, principal, id);
  // The table's keys are the operations' names.
  const operations = Object.keys(operationRules) as ImageOperationName[];
  return operations.map((operation) => {
    const reasons = [
      ...rightReasons(operation, facts),
      ...reasonsOf(operationRules[operation], facts.operation),
      ...(furtherReasons[operation]?.(facts) ?? []),
    ];
    return { operation, allowed: reasons.length === 0, reasons };
  });
}

async function findFacts({ catalog, keys, limits, region }: ExplainImageDeps, principal: Principal, id: string): Promise<Facts> {
  const caller = imageCaller(principal, "ims:images:get");
  const image = await findImage(catalog, caller, id);
  const jobs = await unfinishedJobs(catalog, limits, caller.projectId);
  const membership = await membershipOf(catalog, image, caller.projectId);
  return {
    operation: {
      image,
      ...caller,
      membership,
      // Recipients do not wait for the owner's tasks.
      ...(membership === undefined && (await workOnImage(catalog.jobs, image.id))),
      unfinishedCopies: jobs.filter(({ kind }) => kind === copyJobKind).length,
      target: { ownRegion: region },
      limits,
    },
    key: await keyOf(keys, image),
    images: await catalog.images.count(caller.projectId),
    jobs: jobs.length,
    refusedRight: (action) => (mayDo(principal, action, image) ? undefined : forbidden(principal, action, image)),
  };
}

async function keyOf(keys: Pick<KeyService, "getKey">, { encryption }: ImageRecord): Promise<KeyUse | undefined> {
  // The catalog keeps ids of keys that were keys when the image was made.
  return encryption && { keyId: encryption.keyId, state: (await keys.getKey(encryption.keyId as KeyId))?.state };
}

function rightReasons(operation: ImageOperationName, { refusedRight }: Facts): readonly Reason[] {
  const action = operationRights[operation];
  return action === undefined ? [] : reasonsOf(rightRules, { refused: refusedRight(action) });
}

/** A key that is missing is not also resting. */
function keyReasons(rules: readonly Rule<KeyUse>[], { key }: Facts): readonly Reason[] {
  return key === undefined ? [] : reasonsOf(rules, key).slice(0, 1);
}

function imageReasons({ images, operation: { limits } }: Facts): readonly Reason[] {
  return reasonsOf(imageQuotaRules, { used: images, limits });
}

function jobReasons({ jobs, operation: { limits } }: Facts): readonly Reason[] {
  return reasonsOf(jobQuotaRules, { used: jobs, limits });
}

/** Every rule of a table that stands in the way, with what its sentence needs. */
export function reasonsOf<Subject>(rules: readonly Rule<Subject>[], subject: Subject): readonly Reason[] {
  return brokenRules(rules, subject).map((rule) => {
    const { code, data } = refusal(rule, subject);
    return { rule: rule.name, requirement: rule.requirement, code, data };
  });
}
