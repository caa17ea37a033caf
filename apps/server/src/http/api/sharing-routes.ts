import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ImageSharing } from "@tintype/contract/api/image-sharing.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { Type } from "typebox";
import type { Catalog } from "../../ports/catalog.ts";
import type { Limits } from "../../quotas/limits.ts";
import { getShareRoom } from "../../sharing/get-share-room.ts";

/** Tells with how many projects more an image can be shared. */
export function addSharingRoutes(
  app: Parameters<FastifyPluginAsyncTypebox>[0],
  services: { readonly catalog: Catalog; readonly limits: Limits },
): void {
  app.get(
    "/api/v1/images/:image_id/sharing",
    {
      config: { access: ["ims:images:get"] },
      schema: {
        operationId: "showImageSharing",
        summary: "Tell with how many projects an image is shared, and may be",
        tags: ["images"],
        params: Type.Object({ image_id: Type.String() }),
        response: { 200: ImageSharing, "4xx": ProblemBody },
      },
    },
    async ({ principal, params }) => await getShareRoom(services, principal, params.image_id),
  );
}
