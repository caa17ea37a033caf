import {
  imageSchema,
  imagesSchema,
  memberSchema,
  membersSchema,
  taskSchema,
  tasksSchema,
} from "@tintype/contract/image-v2/image-schemas.table.ts";
import { metadefSchemas } from "@tintype/contract/image-v2/metadef-schemas.ts";
import { Type } from "typebox";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";

/** Every schema, by its path below `/v2/schemas/`. */
const schemas: Readonly<Record<string, { readonly name: string }>> = {
  image: imageSchema,
  images: imagesSchema,
  member: memberSchema,
  members: membersSchema,
  task: taskSchema,
  tasks: tasksSchema,
  ...Object.fromEntries(Object.entries(metadefSchemas).map(([name, schema]) => [`metadefs/${name}`, schema])),
};

/** Shows the schemas of what the Image API takes and answers. */
export function addSchemaRoutes(app: ImageV2App): void {
  for (const [path, schema] of Object.entries(schemas)) {
    const operationId = `show_${path.replaceAll("/", "_")}_schema`.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
    const response = { 200: Type.Object({}, { additionalProperties: true, description: "A JSON schema" }), ...refusals };
    app.get(
      `/v2/schemas/${path}`,
      { config: { access: "authenticated" }, schema: { operationId, summary: `Show the schema of ${path}`, tags: ["schemas"], response } },
      async () => schema,
    );
  }
}
