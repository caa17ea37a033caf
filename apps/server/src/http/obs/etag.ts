/** Tells whether a list of ETags, as `If-Match` and its kin have it, names this one or any (`*`). A weak one counts as the same. */
export function namesEtag(list: string, etag: string): boolean {
  return list.split(",").some((item) => item.trim() === "*" || unquoteEtag(item) === etag);
}

/** An ETag without quotes and without the mark of weakness; clients send it with and without quotes. */
export function unquoteEtag(text: string): string {
  return text
    .trim()
    .replace(/^W\//, "")
    .replace(/^"(.*)"$/, "$1");
}
