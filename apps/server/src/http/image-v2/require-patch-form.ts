import { patchTypes } from "@tintype/contract/image-v2/images.ts";
import type { PatchForm } from "@tintype/contract/image-v2/images.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyReply, FastifyRequest } from "fastify";

const types = Object.keys(patchTypes).join(",");

/**
 * The form of a patch, by the content type of its request. A refusal tells which types there are.
 *
 * Throws  image.patchType
 */
export function patchFormOf({ headers }: Pick<FastifyRequest, "headers">): PatchForm {
  const [given = ""] = (headers["content-type"] ?? "").split(";");
  const found = Object.entries(patchTypes).find(([type]) => type === given.trim().toLowerCase());
  if (found === undefined) {
    throw new ServiceError("image.patchType", { types });
  }
  return found[1];
}

/** Refuses other content types before the body is judged. */
export async function requirePatchForm(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header("accept-patch", types);
  patchFormOf(request);
  reply.removeHeader("accept-patch");
}
