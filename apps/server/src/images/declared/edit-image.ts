import { isDeepStrictEqual } from "node:util";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { mayDo } from "../../identity/authorize.ts";
import type { KnownSystems } from "../../os-lists/known-systems.ts";
import type { Catalog } from "../../ports/catalog.ts";
import type { ImageChange, ImageRecord } from "../../ports/image-catalog.ts";
import type { Principal } from "../../ports/principal.ts";
import { notePublicChange } from "../../public-images/note-public-change.ts";
import { imageQuotaRules } from "../../quotas/quota-rules.table.ts";
import { requireRoom } from "../../quotas/require-room.ts";
import { checkRules } from "../check-rules.ts";
import { findImage } from "../find-image.ts";
import { imageCaller } from "../image-caller.ts";
import type { DeclareDeps } from "./declare-image.ts";
import { askPlaces } from "../locations/ask-places.ts";
import type { AskPlacesDeps } from "../locations/ask-places.ts";
import { changeLocations } from "../locations/change-locations.ts";
import type { Placed } from "../locations/change-locations.ts";
import type { LocationChange, LocationSettings } from "../locations/location-change.ts";
import { declaredFields } from "./declared-fields.ts";
import type { DeclaredFields } from "./declared-fields.ts";
import { declarationRules, ownerRule } from "./declared-rules.table.ts";
import { kindOfFormat } from "./kind-of-format.ts";
import { changedSystemOf } from "./os-properties.ts";
import { keptProperties, shownProperties } from "./shown-properties.ts";

/** Makes what an image shall be declared to be, of what it is; throws to leave it as it is. */
export type DeclarationEdit = (declared: DeclaredFields) => Partial<DeclaredFields>;

type Fields = Omit<ImageChange, "updatedAt">;

/** What editing needs. */
export interface EditImageDeps extends DeclareDeps, AskPlacesDeps {
  readonly files: LocationSettings;
}

/** An edit of an image. */
export interface ImageEdit {
  readonly id: string;
  readonly edit: DeclarationEdit;
  /** Changes of where its content lies; none when it is absent. */
  readonly locations?: readonly LocationChange[];
}

/** What an edit makes of an image. */
interface PlannedEdit {
  readonly before: ImageRecord;
  readonly change: Fields & Partial<Pick<ImageRecord, "status">>;
}

/**
 * Changes what an image is declared to be, and where its content lies: all of it, or nothing. Properties are those that are shown, also
 * where the service knows by itself what they say. An edit that changes nothing leaves the image as it was, its time of change too. New
 * places are asked before anything is written, and only for who may change the image.
 *
 * Throws  IMG.0026, IMG.0027; the rules of declarations and of locations; IMG.0015 when it goes to a project that has no room;
 *         image.quotaFull when its content elsewhere has no room; image.urlRefused; what `edit` throws
 */
export async function editImage(deps: EditImageDeps, principal: Principal, request: ImageEdit): Promise<ImageRecord> {
  const { locations = [] } = request;
  if (locations.length > 0) {
    await planEdit(deps, principal, { ...request, catalog: deps.catalog, lengths: new Map() });
  }
  const lengths = await askPlaces(deps, locations);
  return await deps.catalog.leadingTransaction(async (catalog) => {
    const planned = await planEdit(deps, principal, { ...request, catalog, lengths });
    return Object.keys(planned.change).length === 0 ? planned.before : await save(deps, catalog, planned);
  });
}

async function planEdit(
  { limits, files: settings, osLists }: EditImageDeps,
  principal: Principal,
  request: ImageEdit & { readonly catalog: Catalog; readonly lengths: ReadonlyMap<string, number> },
): Promise<PlannedEdit> {
  const { id, edit, locations = [], catalog, lengths } = request;
  const caller = imageCaller(principal, "ims:images:update");
  const before = await findImage(catalog, caller, id);
  const declaration = { ...caller, mayPublish: mayDo(principal, "tintype:images:publish"), before, limits };
  checkRules([ownerRule], { ...declaration, after: before });
  const systems = osLists.current;
  const declared = changeOf(systems, before, edit({ ...before, properties: shownProperties(systems, before) }));
  const after = { ...before, ...declared };
  checkRules(declarationRules, { ...declaration, after });
  if (declared.projectId !== undefined) {
    checkRules(imageQuotaRules, { used: await catalog.images.count(declared.projectId), limits });
  }
  const placed = changeLocations(after, locations, { settings, limits, lengths });
  if (placed.status !== before.status) {
    await requireRoom(catalog, limits, { image: after, status: "active elsewhere", lengthBytes: placed.promised?.lengthBytes });
  }
  return { before, change: { ...declared, ...changedPlace(before, placed) } };
}

/** The rest is not written again: the row of an image tells by what is promised how long it is, unless its file does. */
function changedPlace(before: ImageRecord, placed: Placed): Partial<Placed> {
  const names = (["status", "locations", "promised"] as const).filter((name) => !isDeepStrictEqual(placed[name], before[name]));
  return Object.fromEntries(names.map((name) => [name, placed[name]]));
}

/** What really changes, and what follows from it. */
function changeOf(systems: KnownSystems, image: ImageRecord, edited: Partial<DeclaredFields>): Fields {
  const { properties, ...others } = edited;
  const kept = properties && keptProperties(systems, image, properties);
  const asked: Partial<DeclaredFields> = { ...others, ...(kept !== undefined && { properties: kept }) };
  const names = declaredFields.filter((name) => asked[name] !== undefined && asJson(asked[name]) !== asJson(image[name]));
  const change: Fields = Object.fromEntries(names.map((name) => [name, asked[name]]));
  const isPlainKind = image.kind === "system" || image.kind === "iso";
  return {
    ...change,
    ...(change.diskFormat !== undefined && isPlainKind && { kind: kindOfFormat(change.diskFormat) }),
    ...(change.properties !== undefined && changedSystemOf(systems, shownProperties(systems, image), properties ?? {})),
  };
}

/** Values as texts that are the same for the same values: the order of properties does not count. */
function asJson(value: DeclaredFields[keyof DeclaredFields] | undefined): string {
  const isMap = typeof value === "object" && !Array.isArray(value);
  return JSON.stringify(isMap ? Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)) : value);
}

async function save(
  { ids, clock }: Pick<DeclareDeps, "ids" | "clock">,
  catalog: Catalog,
  { before, change: { status = before.status, ...change } }: PlannedEdit,
): Promise<ImageRecord> {
  const now = clock.now();
  const after = await catalog.images.changeStatus(before.id, [before.status], status, { ...change, updatedAt: now });
  if (after === undefined) {
    throw new ServiceError("IMG.0027", { id: before.id });
  }
  await notePublicChange(catalog, { ids, now }, { before, after });
  return after;
}
