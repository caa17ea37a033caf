import { Type } from "typebox";
import type { Static } from "typebox";

const Instant = Type.String({ description: "ISO 8601, UTC" });

/** One upload. */
export const Upload = Type.Object(
  {
    id: Type.String({ description: "32 hex digits; the last part of its address" }),
    offsetBytes: Type.Integer({ description: "so much of the file is there" }),
    lengthBytes: Type.Optional(Type.Integer({ description: "absent while it is not known" })),
    metadata: Type.Record(Type.String(), Type.String(), { description: "what its client wrote in Upload-Metadata, in plain text" }),
    createdAt: Instant,
    expiresAt: Instant,
  },
  { description: "An upload, of which some is there or all" },
);
export type Upload = Static<typeof Upload>;

/** Query of `GET /api/v1/uploads`. */
export const ListUploadsQuery = Type.Object({
  state: Type.Optional(
    Type.Union([Type.Literal("unfinished"), Type.Literal("complete")], {
      description: "complete: those whose file is where it was to go, until their time is over; unfinished, when absent, the others",
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: "at most so many; 50 when absent" })),
  cursor: Type.Optional(Type.String({ description: "nextCursor of the page before" })),
});
export type ListUploadsQuery = Static<typeof ListUploadsQuery>;

/** Answer of `GET /api/v1/uploads`: newest first; without `nextCursor` it is the last page. */
export const ListUploadsAnswer = Type.Object(
  { uploads: Type.Array(Upload), nextCursor: Type.Optional(Type.String()) },
  { description: "One page of uploads" },
);
export type ListUploadsAnswer = Static<typeof ListUploadsAnswer>;

/** Digests in one question: 4 GiB of a file with chunks of 512 KiB. */
export const mostDigests = 8192;

/** Body of `POST /api/v1/uploads/{id}/wanted`. */
export const WantedRequest = Type.Object(
  {
    offset: Type.Integer({ minimum: 0, description: "no chunk lies before this place in the file; a whole number of chunks" }),
    digests: Type.Array(Type.String({ pattern: "^[0-9a-f]{64}$" }), {
      minItems: 1,
      maxItems: mostDigests,
      description: "SHA-256, in hex, of chunks of the file; its last one may be shorter",
    }),
  },
  { additionalProperties: false },
);
export type WantedRequest = Static<typeof WantedRequest>;

/** Answer of it. */
export const WantedAnswer = Type.Object(
  {
    wanted: Type.Array(Type.Integer(), {
      description: "which of the digests, counted from 0, are not here; the others can be referred to",
    }),
    chunkSizeBytes: Type.Integer({ description: "length of a chunk" }),
  },
  { description: "What is to be sent" },
);
export type WantedAnswer = Static<typeof WantedAnswer>;
