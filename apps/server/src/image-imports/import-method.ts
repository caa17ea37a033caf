import { withoutSecrets } from "../audit/secret-fields.ts";

/** How an image gets its file: one that is staged, one from an address, or that of an image of another image service. */
export type ImportMethod =
  | { readonly name: "glance-direct" }
  | { readonly name: "web-download"; readonly uri: string }
  | { readonly name: "glance-download"; readonly region: string; readonly imageId: string; readonly endpointInterface: string };

/** A method as its user may be shown it later: what comes after the `?` of an address is often a key to it. */
export function withoutKeys(method: ImportMethod): ImportMethod {
  return method.name === "web-download" ? { ...method, uri: withoutSecrets(method.uri) } : method;
}
