import { copyMethod, importMethods } from "@tintype/contract/image-v2/import-methods.table.ts";
import type { ImportMethodName } from "@tintype/contract/image-v2/import-methods.table.ts";
import { uuidPattern } from "@tintype/contract/image-v2/image-words.table.ts";
import type { ImportImageBody } from "@tintype/contract/image-v2/imports.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ImportMethod } from "../../image-imports/import-method.ts";

const uuid = new RegExp(uuidPattern);
const defaultInterface = "public";

type Method = ImportImageBody["method"];

const parsers: Readonly<Record<ImportMethodName, (method: Method) => ImportMethod>> = {
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
 * Reads how an image shall get its file. All stores are one store here, so they may be asked for.
 *
 * Throws  image.importMethod, image.invalidBody, image.storeUnknown
 */
export function parseImportBody(body: ImportImageBody, storeHeader: string | readonly string[] | undefined): ImportMethod {
  const method = parseMethod(body.method);
  refuseStores(body, storeHeader === undefined ? [] : [storeHeader].flat());
  return method;
}

function parseMethod(method: Method): ImportMethod {
  const name = importMethods.find((candidate) => candidate === method.name);
  if (name === undefined) {
    const reason = method.name === copyMethod ? ", since it copies between stores and this service has one" : "";
    throw new ServiceError("image.importMethod", { name: method.name, reason, methods: importMethods.join(", ") });
  }
  return parsers[name](method);
}

function refuseStores(
  { stores, all_stores: isForAll = false, all_stores_must_succeed: mustSucceed = true }: ImportImageBody,
  named: readonly string[],
): void {
  if (stores !== undefined && (isForAll || named.length > 0)) {
    throw invalid(`stores and ${isForAll ? "all_stores" : "X-Image-Meta-Store"} exclude each other`);
  }
  if (!mustSucceed) {
    throw invalid("all_stores_must_succeed false has no sense where there is one store");
  }
  const [first] = [...(stores ?? []), ...named];
  if (first !== undefined) {
    throw new ServiceError("image.storeUnknown", { name: first.slice(0, 100) });
  }
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
