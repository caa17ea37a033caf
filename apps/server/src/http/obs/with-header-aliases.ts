import type { ObsRequest } from "./obs-request.ts";

/**
 * Lets a request be asked for `x-amz-…` headers that it spells in another way: in the query of a presigned URL (`query`), or as
 * `x-obs-…`, as clients of Huawei Cloud do. Both are covered by the signature.
 */
export function withHeaderAliases(request: ObsRequest, spelling: "query" | "x-obs"): ObsRequest {
  const aliases = new Map<string, string>();
  if (spelling === "query") {
    for (const [name, value] of request.query) {
      if (/^x-amz-(?!algorithm$|credential$|date$|expires$|signedheaders$|signature$|content-sha256$)/i.test(name)) {
        aliases.set(name.toLowerCase(), value);
      }
    }
  } else {
    for (const name of request.headerNames) {
      if (name.startsWith("x-obs-")) {
        aliases.set(`x-amz-${name.slice("x-obs-".length)}`, request.header(name) ?? "");
      }
    }
  }
  const header = (name: string) => request.header(name) ?? aliases.get(name);
  return {
    ...request,
    headerNames: [...new Set([...request.headerNames, ...aliases.keys()])],
    header,
    headerValues: (name) => {
      const value = header(name);
      return value === undefined ? [] : [value];
    },
  };
}
