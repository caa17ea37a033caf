import { ServiceError } from "@tintype/contract/service-error.ts";
import { mayDo } from "../../identity/authorize.ts";
import type { KnownSystems, OsLists } from "../../os-lists/known-systems.ts";
import type { Catalog } from "../../ports/catalog.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import type { Ids, ImageId, ProjectId } from "../../ports/ids.ts";
import type { Principal } from "../../ports/principal.ts";
import { notePublicChange } from "../../public-images/note-public-change.ts";
import type { Limits } from "../../quotas/limits.ts";
import { reserveImage } from "../../quotas/reserve-image.ts";
import { checkRules } from "../check-rules.ts";
import { imageCaller } from "../image-caller.ts";
import { declarationRules } from "./declared-rules.table.ts";
import type { DeclaredFields } from "./declared-fields.ts";
import { kindOfFormat } from "./kind-of-format.ts";
import { systemOf } from "./os-properties.ts";

/** What the parts of these use cases need. */
export interface DeclareDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly osLists: OsLists;
}

/** An image that a client declares. */
export interface NewDeclaration {
  /** One is made when it is absent. In small letters, and a UUID. */
  readonly id: string | undefined;
  /** The project that it shall belong to; the caller's when it is absent. */
  readonly ownerId: string | undefined;
  readonly fields: Omit<DeclaredFields, "projectId">;
}

/**
 * Makes an image of what its owner declares it to be. It waits for its content, is listed at once, and takes its place in the quota.
 *
 * Throws  IMG.0026; the rules of declarations; IMG.0015; image.idTaken, for the id of an image that is gone too
 */
export async function declareImage(deps: DeclareDeps, principal: Principal, request: NewDeclaration): Promise<ImageRecord> {
  const caller = imageCaller(principal, "ims:images:create");
  const { clock, ids, limits } = deps;
  // Whoever may name another project says which one; there may be none of that name here.
  const projectId = (request.ownerId as ProjectId | undefined) ?? caller.projectId;
  const after: DeclaredFields = { ...request.fields, projectId };
  const mayPublish = mayDo(principal, "tintype:images:publish");
  checkRules(declarationRules, { ...caller, mayPublish, before: undefined, after, limits });
  // The port makes UUIDs.
  const image = emptyImage(deps.osLists.current, after, { id: (request.id ?? ids.uuid()) as ImageId, now: clock.now() });
  if (!caller.may(image)) {
    throw new ServiceError("IMG.0026", { action: caller.action });
  }
  await deps.catalog.leadingTransaction(async (catalog) => {
    // One that is made here is new.
    if (request.id !== undefined && (await catalog.images.wasUsed(image.id))) {
      throw new ServiceError("image.idTaken", { id: image.id });
    }
    await reserveImage(catalog, limits, image);
    await notePublicChange(catalog, { ids, now: clock.now() }, { before: undefined, after: image });
  });
  return image;
}

function emptyImage(
  systems: KnownSystems,
  fields: DeclaredFields,
  { id, now }: { readonly id: ImageId; readonly now: number },
): ImageRecord {
  return {
    ...fields,
    ...systemOf(systems, fields.properties),
    id,
    kind: kindOfFormat(fields.diskFormat),
    status: "queued",
    maxRamMiB: 0,
    disks: [],
    stores: [],
    origin: undefined,
    sourceFormat: undefined,
    enterpriseProjectId: "0",
    createdAt: now,
    updatedAt: now,
    activeAt: undefined,
    encryption: undefined,
    lineage: {},
    isPublished: false,
    memberCount: 0,
    file: undefined,
    locations: [],
    promised: undefined,
  };
}
