/** A tag of an image: a key, and a value that may be empty. */
export interface ImageTag {
  readonly key: string;
  readonly value: string;
}

const longestShownKey = 50;
const keyForm = /^[A-Za-z0-9\p{Script=Han}_-]{1,36}$/u;
const valueForm = /^[A-Za-z0-9\p{Script=Han}._-]{0,43}$/u;

/** A tag as it is meant: spaces around a key and a value do not count, and no value is an empty one. */
export function meantTag({ key, value = "" }: { readonly key: string; readonly value?: string | undefined }): ImageTag {
  return { key: key.trim(), value: value.trim() };
}

/** Tells whether a tag has a form that is not allowed. */
export function tagFault({ key, value }: ImageTag): boolean {
  return keyFault(key) || valueFault(value);
}

/** Tells whether a key has a form that is not allowed. */
export function keyFault(key: string): boolean {
  return !keyForm.test(key);
}

/** Tells whether a value has a form that is not allowed. */
export function valueFault(value: string): boolean {
  return !valueForm.test(value);
}

/** A key that comes more than once, if there is one. */
export function repeatedKey<Tag extends { readonly key: string }>(tags: readonly Tag[]): string | undefined {
  const seen = new Set<string>();
  return tags.find(({ key }) => seen.size === seen.add(key).size)?.key;
}

/** As an image keeps it: `key=value`, or `key` alone. */
export function tagText({ key, value }: ImageTag): string {
  return value === "" ? key : `${key}=${value}`;
}

/** The tag that an image keeps as `key=value`, or as `key` alone. */
export function parseTagText(text: string): ImageTag {
  const [, key = text, value = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  return { key, value };
}

/** A key that came from outside, short enough to be told back. */
export function shownKey(key = ""): string {
  const characters = Array.from(key);
  return characters.length > longestShownKey ? `${characters.slice(0, longestShownKey).join("")}…` : key;
}
