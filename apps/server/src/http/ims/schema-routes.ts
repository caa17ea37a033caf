import { Type } from "typebox";
import { imageSchema, imagesSchema, memberSchema, membersSchema } from "@tintype/contract/ims/image-schemas.table.ts";
import type { ImsApp } from "./ims-app.ts";

const schemas = [
  { path: "/v2/schemas/image", operationId: "showImageSchema", schema: imageSchema },
  { path: "/v2/schemas/images", operationId: "showImagesSchema", schema: imagesSchema },
  { path: "/v2/schemas/member", operationId: "showMemberSchema", schema: memberSchema },
  { path: "/v2/schemas/members", operationId: "showMembersSchema", schema: membersSchema },
];

/** Shows the schemas of what the native interface answers. */
export function addSchemaRoutes(app: ImsApp): void {
  for (const { path, operationId, schema } of schemas) {
    const response = { 200: Type.Object({}, { additionalProperties: true, description: "A JSON schema" }) };
    app.get(
      path,
      {
        config: { access: "authenticated" },
        schema: { operationId, summary: `Show the schema of ${schema.name}`, tags: ["schemas"], response },
      },
      async () => schema,
    );
  }
}
