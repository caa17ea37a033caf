import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { CapabilitiesQuery, ImageCapabilities } from "@tintype/contract/api/image-capabilities.ts";
import type { Capability } from "@tintype/contract/api/image-capabilities.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { wordError } from "@tintype/contract/service-error.ts";
import type { Language } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import { explainImage } from "../../images/explain-image.ts";
import type * as explained from "../../images/explain-image.ts";

/** Tells what may be done with an image, and why not. */
export function addCapabilityRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], services: explained.ExplainImageDeps): void {
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
    async ({ principal, params: { image_id: imageId }, query: { language = "en" } }) => {
      const capabilities = await explainImage(services, principal, imageId);
      return { imageId, capabilities: capabilities.map((capability) => inWords(capability, language)) };
    },
  );
}

function inWords({ operation, allowed, reasons }: explained.Capability, language: Language): Capability {
  return {
    operation,
    allowed,
    reasons: reasons.map(({ rule, requirement, code, data }) => ({ rule, requirement, code, ...wordError(code, data, language) })),
  };
}
