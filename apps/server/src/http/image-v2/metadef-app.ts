import { ServiceError } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import type { RouteTrace } from "../route-access.ts";

export const metadefTags = ["metadata definitions"];
export const namespacesPath = "/v2/metadefs/namespaces";
export const namespacePath = `${namespacesPath}/:namespace`;

/** What addresses a namespace, and one thing in it. */
export const namespaceParams = Type.Object({ namespace: Type.String() });
export const itemParams = Type.Object({ namespace: Type.String(), name: Type.String() });

/** Nothing is answered. */
export const Gone = Type.Null({ description: "Deleted" });

/** Everybody who may see images reads definitions; operators alone change them. */
export const readAccess = { access: ["ims:images:list"] } as const;
export const writeAccess = (name: string): { access: readonly ["tintype:metadefs:manage"]; trace: RouteTrace } => ({
  access: ["tintype:metadefs:manage"],
  trace: { service: "IMS", resourceType: "metadef", name },
});

/** The address of a namespace, or of something in it, as clients are told. */
export function metadefAddress(...[namespace, ...rest]: readonly [string, ...(readonly string[])]): string {
  return [namespacesPath, namespace, ...rest].map((part, index) => (index === 0 ? part : encodePart(part))).join("/");
}

/** A colon needs no encoding within a path. */
function encodePart(part: string): string {
  return encodeURIComponent(part).replaceAll("%3A", ":");
}

/** Throws  image.unexpectedBody */
export function refuseBody(body: unknown): void {
  if (typeof body === "string" && body !== "") {
    throw new ServiceError("image.unexpectedBody");
  }
}
