import { Type } from "typebox";
import type { Static } from "typebox";

/** Answer of `GET /` and `GET /{version}`. */
export const ImageVersions = Type.Object(
  {
    versions: Type.Array(
      Type.Object({
        id: Type.String(),
        status: Type.Enum(["CURRENT", "SUPPORTED", "DEPRECATED"]),
        links: Type.Array(Type.Object({ href: Type.String(), rel: Type.Literal("self") })),
      }),
    ),
  },
  { description: "Versions of the native interface" },
);
export type ImageVersions = Static<typeof ImageVersions>;

/** The versions of the native interface, newest first, and the path that serves them. */
export const imageVersions = [
  { id: "v2.2", status: "CURRENT", path: "/v2/" },
  { id: "v2.1", status: "SUPPORTED", path: "/v2/" },
  { id: "v2.0", status: "SUPPORTED", path: "/v2/" },
  { id: "v1.1", status: "DEPRECATED", path: "/v1/" },
  { id: "v1.0", status: "DEPRECATED", path: "/v1/" },
] as const;
