/**
 * Addresses of the first page of a list and, where `last` names the last thing of a page that was full, of the next one: all parameters that
 * were sent are kept, those that came twice too.
 */
export function pageLinks(path: string, url: string, last: string | undefined): { readonly first: string; readonly next?: string } {
  const query = new URLSearchParams(url.split("?")[1] ?? "");
  query.delete("marker");
  const first = withQuery(path, query);
  if (last === undefined) {
    return { first };
  }
  query.set("marker", last);
  return { first, next: withQuery(path, query) };
}

function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}
