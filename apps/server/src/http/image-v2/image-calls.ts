import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { Type } from "typebox";
import type { RouteTrace } from "../route-access.ts";

export const imagesPath = "/v2/images";
export const imagePath = `${imagesPath}/:image_id` as const;

/** What addresses an image. */
export const imageParams = Type.Object({ image_id: Type.String() });

/** Nothing is answered. */
export const Done = Type.Null({ description: "Done" });

/** What a call that changes an image takes, and how its trace names it. */
export function traced<A extends Action>(action: A, name: string): { access: readonly [A]; trace: RouteTrace } {
  return { access: [action], trace: { service: "IMS", resourceType: "image", name } };
}
