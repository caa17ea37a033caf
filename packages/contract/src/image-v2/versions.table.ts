import { Type } from "typebox";
import type { Static } from "typebox";

/** A minor version of the Image API, and what it brought. */
export interface ImageVersion {
  readonly id: string;
  readonly brought: string;
}

/**
 * The minor versions of which everything is here, oldest first; the last one is the current one. A version is added when what it brought
 * works. Clients only read them: every call is the same in all of them.
 *
 * Source  OpenStack Image API reference, "Versions" and the notes on each call
 */
export const imageVersions: readonly ImageVersion[] = [
  { id: "v2.0", brought: "images, tags and their content" },
  { id: "v2.1", brought: "members, and changes as JSON patches of the second kind" },
  { id: "v2.2", brought: "definitions of metadata" },
];

/** Body of the calls that list versions. */
export const VersionsAnswer = Type.Object(
  {
    versions: Type.Array(
      Type.Object({
        id: Type.String({ description: "e.g. v2.2" }),
        status: Type.Enum(["CURRENT", "SUPPORTED"]),
        links: Type.Array(Type.Object({ rel: Type.Literal("self"), href: Type.String() })),
      }),
    ),
  },
  { description: "The versions of the Image API, newest first" },
);
export type VersionsAnswer = Static<typeof VersionsAnswer>;
