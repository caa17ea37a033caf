import { requireRights } from "../identity/require-rights.ts";
import { checkRules } from "../images/check-rules.ts";
import { tagText } from "../images/image-tags.ts";
import type { ImageTag } from "../images/image-tags.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { predefinedTagQuotaRules, replacementRules, someTagsRules, tagFormRules } from "./predefined-tag-rules.table.ts";

/** What work on predefined tags needs. */
export interface PredefinedTagsDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly limits: Pick<Limits, "predefinedTags">;
}

/**
 * Prepares tags for the resources of the caller's domain. Those that are there already count as new. A key may have several
 * values. All are made or none, and the quota is exact.
 *
 * Throws  TMS.0004; TMS.0009, TMS.0010, TMS.0012 (forms), TMS.1001 (quota)
 */
export async function createPredefinedTags(
  { catalog, clock, limits }: PredefinedTagsDeps,
  principal: Principal,
  tags: readonly ImageTag[],
): Promise<void> {
  requireRights(principal, ["tms:predefineTags:create"]);
  checkRules(tagFormRules, { tags });
  const { domainId } = principal;
  await catalog.transaction(async ({ predefinedTags }) => {
    const there = await predefinedTags.list(domainId);
    checkRules(predefinedTagQuotaRules, { count: new Set([...there, ...tags].map(tagText)).size, limits });
    for (const { key, value } of tags) {
      await predefinedTags.put({ domainId, key, value, updatedAt: clock.now() });
    }
  });
}

/**
 * Takes predefined tags away; resources that have such tags keep them. Those that are not there are none too many.
 *
 * Throws  TMS.0004, TMS.0012
 */
export async function deletePredefinedTags(
  { catalog }: Pick<PredefinedTagsDeps, "catalog">,
  principal: Principal,
  tags: readonly ImageTag[],
): Promise<void> {
  requireRights(principal, ["tms:predefineTags:delete"]);
  checkRules(someTagsRules, { tags });
  const gone = new Set(tags.map(tagText));
  await catalog.transaction(async ({ predefinedTags }) => {
    const there = await predefinedTags.list(principal.domainId);
    for (const tag of there.filter((each) => gone.has(tagText(each)))) {
      await predefinedTags.remove(principal.domainId, tag);
    }
  });
}

/**
 * Changes a predefined tag into another one; resources keep the tags that they have.
 *
 * Throws  TMS.0004; TMS.0009, TMS.0010 (forms), TMS.1002 (the old one is not there), TMS.1003 (the new one is)
 */
export async function replacePredefinedTag(
  { catalog, clock }: Pick<PredefinedTagsDeps, "catalog" | "clock">,
  principal: Principal,
  { oldTag, newTag }: { readonly oldTag: ImageTag; readonly newTag: ImageTag },
): Promise<void> {
  requireRights(principal, ["tms:predefineTags:update"]);
  checkRules(tagFormRules, { tags: [newTag] });
  const { domainId } = principal;
  await catalog.transaction(async ({ predefinedTags }) => {
    const there = new Set((await predefinedTags.list(domainId)).map(tagText));
    const isSame = tagText(oldTag) === tagText(newTag);
    checkRules(replacementRules, { isOldThere: there.has(tagText(oldTag)), isNewThere: !isSame && there.has(tagText(newTag)) });
    await predefinedTags.remove(domainId, oldTag);
    await predefinedTags.put({ domainId, key: newTag.key, value: newTag.value, updatedAt: clock.now() });
  });
}
