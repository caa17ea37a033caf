import { ServiceError } from "@tintype/contract/service-error.ts";
import { mayDo } from "../../identity/authorize.ts";
import type { Catalog } from "../../ports/catalog.ts";
import type { ImageChange, ImageRecord } from "../../ports/image-catalog.ts";
import type { Principal } from "../../ports/principal.ts";
import { notePublicChange } from "../../public-images/note-public-change.ts";
import { imageQuotaRules } from "../../quotas/quota-rules.table.ts";
import { checkRules } from "../check-rules.ts";
import { findImage } from "../find-image.ts";
import { imageCaller } from "../image-caller.ts";
import type { DeclareDeps } from "./declare-image.ts";
import { declaredFields } from "./declared-fields.ts";
import type { DeclaredFields } from "./declared-fields.ts";
import { declarationRules, ownerRule } from "./declared-rules.table.ts";
import { kindOfFormat } from "./kind-of-format.ts";
import { changedSystemOf } from "./os-properties.ts";
import { keptProperties, shownProperties } from "./shown-properties.ts";

/** Makes what an image shall be declared to be, of what it is; throws to leave it as it is. */
export type DeclarationEdit = (declared: DeclaredFields) => Partial<DeclaredFields>;

type Fields = Omit<ImageChange, "updatedAt">;

/**
 * Changes what an image is declared to be: all of it, or nothing. Properties are those that are shown, also where the service knows by
 * itself what they say. An edit that changes nothing leaves the image as it was, its time of change too.
 *
 * Throws  IMG.0026, IMG.0027; the rules of declarations; IMG.0015 when it goes to a project that has no room; what `edit` throws
 */
export async function editImage(
  deps: DeclareDeps,
  principal: Principal,
  { id, edit }: { readonly id: string; readonly edit: DeclarationEdit },
): Promise<ImageRecord> {
  const caller = imageCaller(principal, "ims:images:update");
  const { limits } = deps;
  return await deps.catalog.transaction(async (catalog) => {
    const before = await findImage(catalog, caller, id);
    const declaration = { ...caller, mayPublish: mayDo(principal, "tintype:images:publish"), before, limits };
    checkRules([ownerRule], { ...declaration, after: before });
    const change = changeOf(before, edit({ ...before, properties: shownProperties(before) }));
    checkRules(declarationRules, { ...declaration, after: { ...before, ...change } });
    if (change.projectId !== undefined) {
      checkRules(imageQuotaRules, { used: await catalog.images.count(change.projectId), limits });
    }
    return Object.keys(change).length === 0 ? before : await save(deps, catalog, { before, change });
  });
}

/** What really changes, and what follows from it. */
function changeOf(image: ImageRecord, edited: Partial<DeclaredFields>): Fields {
  const { properties, ...others } = edited;
  const asked: Partial<DeclaredFields> = { ...others, ...(properties !== undefined && { properties: keptProperties(image, properties) }) };
  const names = declaredFields.filter((name) => asked[name] !== undefined && asJson(asked[name]) !== asJson(image[name]));
  const change: Fields = Object.fromEntries(names.map((name) => [name, asked[name]]));
  const isPlainKind = image.kind === "system" || image.kind === "iso";
  return {
    ...change,
    ...(change.diskFormat !== undefined && isPlainKind && { kind: kindOfFormat(change.diskFormat) }),
    ...(change.properties !== undefined && changedSystemOf(shownProperties(image), properties ?? {})),
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
  { before, change }: { readonly before: ImageRecord; readonly change: Fields },
): Promise<ImageRecord> {
  const now = clock.now();
  const after = await catalog.images.update(before.id, { ...change, updatedAt: now });
  if (after === undefined) {
    throw new ServiceError("IMG.0027", { id: before.id });
  }
  await notePublicChange(catalog, { ids, now }, { before, after });
  return after;
}
