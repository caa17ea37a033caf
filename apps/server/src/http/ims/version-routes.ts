import { Type } from "typebox";
import { imageVersions, ImageVersions } from "@tintype/contract/ims/versions.ts";
import type { ImsApp } from "./ims-app.ts";

const tags = ["versions"];
const config = { access: "anyone" as const };

/** Tells which versions of the native interface there are, to anyone. The status is that of a choice: 300. */
export function addVersionRoutes(app: ImsApp): void {
  app.get(
    "/",
    {
      config,
      schema: { operationId: "listVersions", summary: "List the versions", tags, security: [], response: { 300: ImageVersions } },
    },
    async ({ protocol, host }, reply) => await reply.code(300).send({ versions: versionsAt(`${protocol}://${host}`) }),
  );
  app.get(
    "/:version",
    {
      config,
      schema: {
        operationId: "showVersion",
        summary: "Show a version",
        tags,
        security: [],
        params: Type.Object({ version: Type.String({ description: "v2, or v2.0" }) }),
        response: { 300: ImageVersions },
      },
    },
    async ({ protocol, host, params: { version: name } }, reply) => {
      const found = versionsAt(`${protocol}://${host}`).find(({ id }) => id === name || id === `${name}.0`);
      if (found === undefined) {
        return reply.callNotFound();
      }
      return await reply.code(300).send({ versions: [found] });
    },
  );
}

function versionsAt(address: string): ImageVersions["versions"] {
  return imageVersions.map(({ id, status, path }) => ({ id, status, links: [{ href: `${address}${path}`, rel: "self" as const }] }));
}
