import { Type } from "typebox";
import type { Static } from "typebox";

/** One service of the catalog and where it answers. */
export const CatalogService = Type.Object({
  id: Type.String(),
  type: Type.String(),
  name: Type.String(),
  endpoints: Type.Array(
    Type.Object({
      id: Type.String(),
      interface: Type.String({ description: "public, internal or admin" }),
      region: Type.String(),
      region_id: Type.String(),
      url: Type.String(),
    }),
  ),
});
export type CatalogService = Static<typeof CatalogService>;

/** Answer of `GET /v3/auth/catalog`. */
export const CatalogBody = Type.Object({
  catalog: Type.Array(CatalogService),
  links: Type.Object({ self: Type.String() }),
});
export type CatalogBody = Static<typeof CatalogBody>;
