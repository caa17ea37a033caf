import { Type } from "typebox";
import type { Static } from "typebox";

const Word = (description: string) => Type.String({ minLength: 1, maxLength: 255, description });

/** Body of `POST /v2/images/{image_id}/import`. */
export const ImportImageBody = Type.Object(
  {
    method: Type.Object(
      {
        name: Word("`glance-direct`, `web-download`, `glance-download`, or `copy-image` where there are several stores"),
        uri: Type.Optional(Type.String({ minLength: 1, maxLength: 2048, description: "For web-download: where the file lies" })),
        glance_region: Type.Optional(Word("For glance-download: region of the other image service")),
        glance_image_id: Type.Optional(Word("For glance-download: the image there")),
        glance_service_interface: Type.Optional(Word("For glance-download: interface of its endpoint; public when it is absent")),
      },
      { additionalProperties: true },
    ),
    stores: Type.Optional(Type.Array(Word("Name of a store"), { minItems: 1, description: "Where the content shall be" })),
    all_stores: Type.Optional(Type.Boolean({ description: "Instead of `stores`: in all of them" })),
    all_stores_must_succeed: Type.Optional(
      Type.Boolean({ description: "Whether nothing shall come of it when one store fails; only true, where there is one store" }),
    ),
  },
  { additionalProperties: true, description: "How the image gets its file" },
);
export type ImportImageBody = Static<typeof ImportImageBody>;

/** Body of `POST /v2/tasks`. */
export const CreateTaskBody = Type.Object(
  {
    type: Word("`import`"),
    input: Type.Object(
      {
        import_from: Type.String({ minLength: 1, maxLength: 2048, description: "Where the file lies" }),
        import_from_format: Type.Optional(Type.Unknown({ description: "Passed over: the content decides" })),
        image_properties: Type.Object({}, { additionalProperties: true, description: "The image to make, as for `POST /v2/images`" }),
      },
      { additionalProperties: true },
    ),
  },
  { additionalProperties: true, description: "What to do" },
);
export type CreateTaskBody = Static<typeof CreateTaskBody>;

const Maybe = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Anything = Type.Object({}, { additionalProperties: true });

/** A task as lists show it. */
const ListedTask = Type.Object({
  id: Type.String(),
  type: Type.Enum(["import", "api_image_import", "location_import"], { type: "string" }),
  status: Type.Enum(["pending", "processing", "success", "failure"], { type: "string" }),
  owner: Type.String(),
  image_id: Type.String(),
  request_id: Type.String(),
  user_id: Type.String(),
  expires_at: Maybe(Type.String()),
  created_at: Type.String(),
  updated_at: Type.String(),
  self: Type.String(),
  schema: Type.String(),
});

/** A task in full. */
export const ImageTask = Type.Object({
  ...ListedTask.properties,
  input: Maybe(Anything),
  result: Maybe(Anything),
  message: Type.String(),
});
export type ImageTask = Static<typeof ImageTask>;

/** Answer of `GET /v2/tasks`. */
export const ListTasksAnswer = Type.Object({
  tasks: Type.Array(ListedTask),
  first: Type.String(),
  next: Type.Optional(Type.String()),
  schema: Type.String(),
});

/** Answer of `GET /v2/images/{image_id}/tasks`. */
export const ImageTasksAnswer = Type.Object({ tasks: Type.Array(ImageTask) });

/** Answer of `GET /v2/info/import`. */
export const ImportInfo = Type.Object({
  "import-methods": Type.Object({ description: Type.String(), type: Type.String(), value: Type.Array(Type.String()) }),
});

/** Answer of `GET /v2/info/usage`. Amounts of bytes are in MiB; a limit of -1 is none. */
export const UsageInfo = Type.Object({
  usage: Type.Record(Type.String(), Type.Object({ usage: Type.Integer(), limit: Type.Integer() })),
});
