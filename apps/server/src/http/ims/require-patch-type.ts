import { ServiceError } from "@tintype/contract/service-error.ts";
import type { preValidationAsyncHookHandler } from "fastify";

/** Types that clients name for a list of edits. The native interface has two of its own, by version of the form. */
const patchTypes = [
  "application/json",
  "application/json-patch+json",
  "application/openstack-images-v2.0-json-patch",
  "application/openstack-images-v2.1-json-patch",
];

/** Refuses a list of edits of another media type; one without a type is taken as JSON. Throws  IMG.0001 */
export const requirePatchType: preValidationAsyncHookHandler = async ({ headers }) => {
  const [type = ""] = (headers["content-type"] ?? "").toLowerCase().split(";");
  if (type !== "" && !patchTypes.includes(type.trim())) {
    throw new ServiceError("IMG.0001", { problem: `the content type "${type.slice(0, 100)}" is none of ${patchTypes.join(", ")}` });
  }
};
