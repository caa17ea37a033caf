import { Type } from "typebox";

const store = {
  id: Type.String({ description: "Name of the store" }),
  description: Type.Optional(Type.String()),
  default: Type.Optional(Type.Literal("true", { description: "Only of the store that images go to for which no other was wished" })),
};

/** Answer of `GET /v2/info/stores`. */
export const StoresInfo = Type.Object({ stores: Type.Array(Type.Object(store)) });

/** Answer of `GET /v2/info/stores/detail`. */
export const StoreDetailsInfo = Type.Object({
  stores: Type.Array(
    Type.Object({
      ...store,
      type: Type.Enum(["file", "s3"], { type: "string" }),
      weight: Type.Integer({ description: "The larger is read from first" }),
      properties: Type.Record(Type.String(), Type.String(), { description: "Where it is, without secrets" }),
    }),
  ),
});
