import { withoutSecrets } from "../audit/secret-fields.ts";
import type { PromisedDigests } from "../ports/image-catalog.ts";

/** How an image gets its file: one that is staged, one from an address, or that of an image of another image service. */
export type FileMethod =
  | { readonly name: "glance-direct" }
  | { readonly name: "web-download"; readonly uri: string }
  | { readonly name: "glance-download"; readonly region: string; readonly imageId: string; readonly endpointInterface: string }
  /** From an address that becomes a location of the image, held to the digest that was told of it. */
  | { readonly name: "location"; readonly uri: string; readonly digests: PromisedDigests }
  /** From its locations, when an image that is active elsewhere is first used. */
  | { readonly name: "first-use" };

/** What a task of the Image API does: it brings an image its file, or the content that it has to more stores. */
export type ImportMethod = FileMethod | { readonly name: "copy-image" };

/** A method as its user may be shown it later: what comes after the `?` of an address is often a key to it. */
export function withoutKeys(method: ImportMethod): ImportMethod {
  return "uri" in method ? { ...method, uri: withoutSecrets(method.uri) } : method;
}
