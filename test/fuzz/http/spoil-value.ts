import type { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";
import { jsonText, RawJson } from "./json-text.ts";
import { oddTexts, oddValues } from "./odd-values.ts";
import type { Words } from "./words.ts";

/** Makes one thing of a value wrong, somewhere in it. */
export function spoilValue(random: SeededRandom, words: Words, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 0 && !random.oneIn(4)) {
    const at = random.below(value.length);
    return value.with(at, spoilValue(random, words, value[at]));
  }
  if (typeof value === "object" && value !== null && !(value instanceof RawJson) && !random.oneIn(6)) {
    return spoilObject(random, words, { ...value });
  }
  return random.oneIn(3) ? random.pick(oddValues) : random.pick(oddTexts);
}

function spoilObject(random: SeededRandom, words: Words, fields: Readonly<Record<string, unknown>>): unknown {
  const entries = Object.entries(fields);
  const [name, inner] = entries.length === 0 ? ["", undefined] : random.pick(entries);
  switch (random.below(entries.length === 0 ? 2 : 8)) {
    case 0:
      return withMember(fields, random.pick(["__proto__", "constructor", "toString", "unknown", ""]), random.pick(oddValues));
    case 1:
      return withMember(fields, random.pick(["image_id", "project_id", "limit", "id", "status", "owner"]), words.pick(random, "image"));
    case 2:
      return Object.fromEntries(entries.filter(([other]) => other !== name));
    case 3:
      return withMember(fields, name, random.pick(oddValues));
    default:
      return { ...fields, [name]: spoilValue(random, words, inner) };
  }
}

/** An object with one more member, though it has one of that name, or the name means something else in JavaScript. */
function withMember(fields: Readonly<Record<string, unknown>>, name: string, value: unknown): RawJson {
  const members = [...Object.entries(fields), [name, value] as const];
  return new RawJson(`{${members.map(([field, inner]) => `${JSON.stringify(field)}:${jsonText(inner)}`).join(",")}}`);
}
