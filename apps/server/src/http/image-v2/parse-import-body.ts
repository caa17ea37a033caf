import { copyMethod, importMethods } from "@tintype/contract/image-v2/import-methods.table.ts";
import type { ImportMethodName } from "@tintype/contract/image-v2/import-methods.table.ts";
import { uuidPattern } from "@tintype/contract/image-v2/image-words.table.ts";
import type { ImportImageBody } from "@tintype/contract/image-v2/imports.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { FileMethod, ImportMethod } from "../../image-imports/import-method.ts";
import { areSeveral } from "../../images/wanted-stores.ts";
import type { StoreWish } from "../../images/wanted-stores.ts";
import type { NamedStores } from "../../ports/named-stores.ts";
import { methodsFor } from "./methods-for.ts";

const uuid = new RegExp(uuidPattern);
const defaultInterface = "public";

type Method = ImportImageBody["method"];

/** What an import shall do, and for which stores. */
export interface ParsedImport {
  readonly method: ImportMethod;
  readonly wish: StoreWish;
}

const parsers: Readonly<Record<ImportMethodName, (method: Method) => FileMethod>> = {
  "glance-direct": () => ({ name: "glance-direct" }),
  "web-download": ({ uri }) => ({ name: "web-download", uri: required("uri", uri) }),
  "glance-download": (method) => {
    const imageId = required("glance_image_id", method.glance_image_id);
    const region = required("glance_region", method.glance_region);
    if (!uuid.test(imageId)) {
      throw invalid("image id does not look like a UUID");
    }
    const endpointInterface = method.glance_service_interface ?? defaultInterface;
    return { name: "glance-download", region, imageId: imageId.toLowerCase(), endpointInterface };
  },
};

/**
 * Reads how an image shall get its file, or to which stores its content shall be copied.
 *
 * Throws  image.importMethod, image.invalidBody
 */
export function parseImportBody(
  body: ImportImageBody,
  storeHeader: string | readonly string[] | undefined,
  stores: NamedStores,
): ParsedImport {
  return { method: parseMethod(body.method, stores), wish: parseWish(body, storeHeader, stores) };
}

function parseMethod(method: Method, stores: NamedStores): ImportMethod {
  const known = methodsFor(stores);
  if (method.name === copyMethod && known.includes(copyMethod)) {
    return { name: copyMethod };
  }
  const name = importMethods.find((candidate) => candidate === method.name);
  if (name === undefined) {
    const reason = method.name === copyMethod ? ", since it copies between stores and this service has one" : "";
    throw new ServiceError("image.importMethod", { name: method.name, reason, methods: known.join(", ") });
  }
  return parsers[name](method);
}

function parseWish(
  { stores: named, all_stores: isForAll = false, all_stores_must_succeed: mustSucceed = true }: ImportImageBody,
  storeHeader: string | readonly string[] | undefined,
  stores: NamedStores,
): StoreWish {
  if (storeHeader !== undefined && (isForAll || named !== undefined)) {
    throw invalid(`${isForAll ? "all_stores" : "stores"} and X-Image-Meta-Store exclude each other`);
  }
  if (isForAll && named !== undefined) {
    throw invalid("stores and all_stores exclude each other");
  }
  if (!mustSucceed && !areSeveral(stores)) {
    throw invalid("all_stores_must_succeed false has no sense where there is one store");
  }
  return { names: isForAll ? "all" : (named ?? (storeHeader === undefined ? undefined : [storeHeader].flat())), mustSucceed };
}

function required(name: string, value: string | undefined): string {
  if (value === undefined) {
    throw invalid(`method.${name} is missing`);
  }
  return value;
}

function invalid(problem: string): ServiceError {
  return new ServiceError("image.invalidBody", { problem });
}
