/** A tag of an image: a key, and a value that may be empty. */
export interface ImageTag {
  readonly key: string;
  readonly value: string;
}

const keyForm = /^[A-Za-z0-9\p{Script=Han}_-]{1,36}$/u;
const valueForm = /^[A-Za-z0-9\p{Script=Han}._-]{0,43}$/u;

/** Tells whether a tag has a form that is not allowed. */
export function tagFault({ key, value }: ImageTag): boolean {
  return !keyForm.test(key) || !valueForm.test(value);
}

/** A key that comes more than once, if there is one. */
export function repeatedKey(tags: readonly ImageTag[]): string | undefined {
  return tags.find(({ key }, index) => tags.findIndex((earlier) => earlier.key === key) < index)?.key;
}

/** As an image keeps it: `key=value`, or `key` alone. */
export function tagText({ key, value }: ImageTag): string {
  return value === "" ? key : `${key}=${value}`;
}
