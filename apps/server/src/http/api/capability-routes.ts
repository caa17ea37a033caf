import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { CapabilitiesQuery, ImageCapabilities } from "@tintype/contract/api/image-capabilities.ts";
import type { Capability } from "@tintype/contract/api/image-capabilities.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import type { Language } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import { adviseImage } from "../../images/advise-image.ts";
import { explainImage } from "../../images/explain-image.ts";
import type * as explained from "../../images/explain-image.ts";
import { reasonsInWords } from "./reasons-in-words.ts";

/** What these routes work with. */
export type CapabilityServices = explained.ExplainImageDeps & Parameters<typeof adviseImage>[0];

/** Tells what may be done with an image, and why not. */
export function addCapabilityRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], services: CapabilityServices): void {
  app.get(
    "/api/v1/images/:image_id/capabilities",
    {
      config: { access: ["ims:images:get"] },
      schema: {
        operationId: "explainImage",
        summary: "Tell what may be done with an image, and every reason why not",
        tags: ["images"],
        params: Type.Object({ image_id: Type.String() }),
        querystring: CapabilitiesQuery,
        response: { 200: ImageCapabilities, "4xx": ProblemBody },
      },
    },
    async ({ principal, params: { image_id: imageId }, query: { language = "en", flavor, kernel } }) => {
      const capabilities = await explainImage(services, principal, imageId);
      const { notes, flavorReasons } = await adviseImage(services, principal, { id: imageId, flavor, kernel });
      return {
        imageId,
        capabilities: capabilities.map((capability) => inWords(capability, language)),
        notes: notes.map(({ name, requirement, [language]: sentence }) => ({ name, requirement, sentence })),
        ...(flavor !== undefined &&
          flavorReasons !== undefined && {
            flavor: { name: flavor, allowed: flavorReasons.length === 0, reasons: reasonsInWords(flavorReasons, language) },
          }),
      };
    },
  );
}

function inWords({ operation, allowed, reasons }: explained.Capability, language: Language): Capability {
  return { operation, allowed, reasons: reasonsInWords(reasons, language) };
}
