import type { ImageFilter, TagQuery } from "../../ports/image-catalog.ts";

/** Conditions on images, whoever asks. */
export type ImageConditions = Omit<ImageFilter, "visibleTo">;

/** Selects nothing: no image has a status of none. */
export const nothing: ImageConditions = { status: [] };

/** The conditions of all filters together; `nothing` where two contradict each other. */
export function intersectFilters(filters: readonly ImageConditions[]): ImageConditions {
  return filters.reduce((whole, filter) => intersect(whole, filter), {});
}

function intersect(a: ImageConditions, b: ImageConditions): ImageConditions {
  const { status, kind, visibility, enterpriseProjectIds, times, tags, properties, ...plain } = b;
  // What is left are fields with one value each.
  const contradicts = Object.entries(plain).some(([field, value]) => {
    const other = a[field as keyof typeof plain];
    return other !== undefined && other !== value;
  });
  const contradictsProperty = Object.entries(properties ?? {}).some(([name, value]) => {
    const other = a.properties !== undefined && Object.hasOwn(a.properties, name) ? a.properties[name] : undefined;
    return other !== undefined && other !== value;
  });
  const whole: ImageConditions = {
    ...a,
    ...plain,
    ...(status !== undefined && { status: common(a.status, status) }),
    ...(kind !== undefined && { kind: common(a.kind, kind) }),
    ...(visibility !== undefined && { visibility: common(a.visibility, visibility) }),
    ...(enterpriseProjectIds !== undefined && { enterpriseProjectIds: common(a.enterpriseProjectIds, enterpriseProjectIds) }),
    ...(times !== undefined && { times: [...(a.times ?? []), ...times] }),
    ...(tags !== undefined && { tags: withAll(a.tags, tags) }),
    ...(properties !== undefined && { properties: { ...a.properties, ...properties } }),
  };
  return contradicts || contradictsProperty ? { ...whole, ...nothing } : whole;
}

function common<T>(a: readonly T[] | undefined, b: readonly T[]): readonly T[] {
  return a === undefined ? b : a.filter((word) => b.includes(word));
}

function withAll(a: TagQuery | undefined, b: TagQuery): TagQuery {
  return { ...a, ...b, all: [...(a?.all ?? []), ...(b.all ?? [])] };
}
