import { Type } from "typebox";
import type { Static } from "typebox";

/** A minor version of the Image API, and what it brought. */
export interface ImageVersion {
  readonly id: string;
  readonly brought: string;
  /** What the service must have for the version to be listed: a cache of image files, or several stores. */
  readonly needs?: "cache" | "stores";
}

/**
 * The minor versions, oldest first; of those that are listed, the last one is the current one. Clients only read them: every call is the same
 * in all of them.
 *
 * Source  OpenStack Image API reference, "Versions" and the notes on each call; which need something, as Glance lists them
 */
export const imageVersions: readonly ImageVersion[] = [
  { id: "v2.0", brought: "images, tags and their content" },
  { id: "v2.1", brought: "members, and changes as JSON patches of the second kind" },
  { id: "v2.2", brought: "definitions of metadata, and tasks" },
  { id: "v2.3", brought: "images that are put out of use for a while" },
  { id: "v2.4", brought: "locations in changes of an image" },
  { id: "v2.5", brought: "the visibilities community and shared" },
  { id: "v2.6", brought: "imports, staged or from an address" },
  { id: "v2.7", brought: "os_hidden, and digests with a secure algorithm" },
  { id: "v2.8", brought: "several stores, and choosing one for a file", needs: "stores" },
  { id: "v2.9", brought: "nothing that a client sees" },
  { id: "v2.10", brought: "imports into several stores, and removal from one", needs: "stores" },
  { id: "v2.11", brought: "copies of an image to further stores", needs: "stores" },
  { id: "v2.12", brought: "the tasks of an image", needs: "stores" },
  { id: "v2.13", brought: "what a project uses, and may use", needs: "stores" },
  { id: "v2.14", brought: "looking after the cache", needs: "cache" },
  { id: "v2.15", brought: "stores in detail" },
  { id: "v2.16", brought: "queueing for the cache answers 202", needs: "cache" },
  { id: "v2.17", brought: "locations with calls of their own" },
  { id: "v2.18", brought: "cleaning and pruning the cache", needs: "cache" },
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
