import { setUse } from "../../images/declared/set-use.ts";
import type { UseStatus } from "../../images/declared/set-use.ts";
import { Done, imageParams as params, imagePath, traced } from "./image-calls.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";

const actions: readonly { readonly name: string; readonly status: UseStatus; readonly summary: string }[] = [
  { name: "deactivate", status: "deactivated", summary: "Put an image out of use for a while" },
  { name: "reactivate", status: "active", summary: "Put an image into use again" },
];

/** Puts images out of use, and into use again. */
export function addImageActionRoutes(app: ImageV2App, services: ImageV2Services): void {
  for (const { name, status, summary } of actions) {
    app.post(
      `${imagePath}/actions/${name}`,
      {
        config: traced("ims:images:update", `${name}Image`),
        schema: { operationId: `${name}Image`, summary, tags: ["images"], params, response: { 204: Done, ...refusals } },
      },
      async (request, reply) => {
        const image = await setUse(services, request.principal, { id: request.params.image_id, status });
        request.traced = { resourceName: image.name };
        return await reply.code(204).send(null);
      },
    );
  }
}
