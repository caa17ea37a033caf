import { ServiceError } from "@tintype/contract/service-error.ts";
import { requireMove } from "../enterprise-projects/require-move.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Firmware, ImageChange, ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { attributeRules } from "./attribute-rules.table.ts";
import { checkRules } from "./check-rules.ts";
import { findImage } from "./find-image.ts";
import { imageCaller } from "./image-caller.ts";
import { imageRules } from "./image-rules.table.ts";
import { valueRules } from "./value-rules.table.ts";

/** Fields that a caller may change, with the values they take. */
export interface EditableFields {
  readonly name: string;
  readonly description: string;
  readonly minRamMiB: number;
  readonly maxRamMiB: number;
  readonly firmware: Firmware;
  readonly enterpriseProjectId: string;
}

/** A new value for a field, or for a free attribute; without a value it is taken away. */
export type ImageSetting =
  | {
      readonly [Field in keyof EditableFields]: { readonly field: Field; readonly value: EditableFields[Field] | undefined };
    }[keyof EditableFields]
  | { readonly property: string; readonly value: string | undefined };

/** One edit of an image. Edits apply in order, all or none. */
export interface ImageEdit {
  readonly setting: ImageSetting;
  /** True when the edit is refused unless the image has the attribute already. */
  readonly mustExist: boolean;
  /** The attribute as the caller calls it, for refusals. */
  readonly label: string;
}

/** What the parts of this use case need. */
export interface UpdateImageDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly limits: Limits;
}

type Edited = Pick<ImageRecord, keyof EditableFields | "properties">;

/** What a field that is taken away falls back to. A name cannot be taken away: an empty one is refused. */
const emptyFields: EditableFields = { name: "", description: "", minRamMiB: 0, maxRamMiB: 0, firmware: "bios", enterpriseProjectId: "0" };

/**
 * Changes attributes of an image: all edits, or none. Callers that change different attributes at the same time do not undo each other's
 * changes.
 *
 * Throws  IMG.0027, IMG.0026; the rules of an update; IMG.0035 for an attribute that is not there; the rules for values and attributes;
 *         IMG.0155
 */
export async function updateImage(
  deps: UpdateImageDeps,
  principal: Principal,
  change: { readonly id: string; readonly edits: readonly ImageEdit[] },
): Promise<ImageRecord> {
  const caller = imageCaller(principal, "ims:images:update");
  return await deps.catalog.leadingTransaction(async (catalog) => {
    const image = await findImage(catalog, caller, change.id);
    checkRules(imageRules.update, {
      image,
      ...caller,
      limits: deps.limits,
      changes: change.edits.filter(({ setting }) => !isNameOrDescription(setting)).map(({ label }) => label),
    });
    const edited = change.edits.reduce<Edited>(applyEdit, image);
    checkRules(valueRules, { ...changedValues(image, edited), architecture: image.architecture, osBit: image.osBit, limits: deps.limits });
    checkRules(attributeRules, { changed: changedAttributes(image, edited), properties: edited.properties, osVersion: image.osVersion });
    const { name, description, minRamMiB, maxRamMiB, firmware, enterpriseProjectId, properties } = edited;
    if (enterpriseProjectId !== image.enterpriseProjectId) {
      await requireMove(catalog, principal, { image, enterpriseProjectId });
    }
    const fields: ImageChange = {
      name,
      description,
      minRamMiB,
      maxRamMiB,
      firmware,
      enterpriseProjectId,
      ...(properties !== image.properties && { properties }),
      updatedAt: deps.clock.now(),
    };
    const updated = await catalog.images.update(image.id, fields);
    if (updated === undefined) {
      throw new ServiceError("IMG.0027", { id: image.id });
    }
    return updated;
  });
}

function isNameOrDescription(setting: ImageSetting): boolean {
  return "field" in setting && (setting.field === "name" || setting.field === "description");
}

function applyEdit(image: Edited, { setting, mustExist, label }: ImageEdit): Edited {
  if (mustExist && !hasAttribute(image, setting)) {
    throw new ServiceError("IMG.0035", { attribute: label });
  }
  if ("field" in setting) {
    return { ...image, [setting.field]: setting.value ?? emptyFields[setting.field] };
  }
  const { [setting.property]: _, ...others } = image.properties;
  return { ...image, properties: setting.value === undefined ? others : { ...others, [setting.property]: setting.value } };
}

/** Every field but an empty description is an attribute that clients see. */
function hasAttribute(image: Edited, setting: ImageSetting): boolean {
  if ("field" in setting) {
    return setting.field !== "description" || image.description !== "";
  }
  return Object.hasOwn(image.properties, setting.property);
}

/** The free attributes that get another value. */
function changedAttributes(before: Edited, after: Edited): readonly string[] {
  const names = Object.keys(after.properties);
  return names.filter((name) => !Object.hasOwn(before.properties, name) || before.properties[name] !== after.properties[name]);
}

/** Only what changes is judged: an image that was made under other rules can still be renamed. */
function changedValues(before: Edited, after: Edited): Partial<Edited> {
  const changed: Partial<Edited> = {
    ...(after.name !== before.name && { name: after.name }),
    ...(after.description !== before.description && { description: after.description }),
    ...(after.enterpriseProjectId !== before.enterpriseProjectId && { enterpriseProjectId: after.enterpriseProjectId }),
    ...(after.firmware !== before.firmware && { firmware: after.firmware }),
    ...(after.properties !== before.properties && { properties: after.properties }),
  };
  const memoryChanged = after.minRamMiB !== before.minRamMiB || after.maxRamMiB !== before.maxRamMiB;
  return memoryChanged ? { ...changed, minRamMiB: after.minRamMiB, maxRamMiB: after.maxRamMiB } : changed;
}
