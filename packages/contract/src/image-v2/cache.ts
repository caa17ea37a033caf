import { Type } from "typebox";
import type { Static } from "typebox";

const Seconds = (description: string) => Type.Number({ minimum: 0, description: `${description}, in seconds since 1970` });
const Count = (description: string) => Type.Integer({ minimum: 0, description });

/** Answer of `GET /v2/cache`. */
export const CacheAnswer = Type.Object(
  {
    cached_images: Type.Array(
      Type.Object({
        image_id: Type.String(),
        hits: Count("How often it was read from the cache"),
        last_accessed: Seconds("When it was read last, or else cached"),
        last_modified: Seconds("When it was cached"),
        size: Count("Bytes of the file"),
      }),
    ),
    queued_images: Type.Array(Type.String({ description: "Id of an image" }), { description: "In the order in which they are cached" }),
  },
  { description: "What is cached on the node that answers, and what is to be" },
);
export type CacheAnswer = Static<typeof CacheAnswer>;

/** Answer of `POST /v2/cache/prune`. */
export const PruneCacheAnswer = Type.Object(
  { total_files_pruned: Count("Files that went"), total_bytes_pruned: Count("Bytes of these") },
  { description: "What it came to" },
);
export type PruneCacheAnswer = Static<typeof PruneCacheAnswer>;
