import { Type } from "typebox";
import type { Static } from "typebox";

const Use = Type.Enum(["systems", "files", "uefi", "flavors", "endOfLife"], {
  description:
    "what it lists: systems names that there are; files what image files may hold; uefi what boots with UEFI; flavors what machines of some flavors support; endOfLife when vendors stop",
});

/** Query of `GET /api/v1/os-lists`. */
export const ListOsListsQuery = Type.Object({
  use: Type.Optional(Use),
  flavor: Type.Optional(
    Type.String({
      pattern: "^[A-Za-z][A-Za-z0-9]{0,30}(\\.[A-Za-z0-9._-]{1,60})?$",
      description: "the list for this flavor, or family of flavors, alone",
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "at most so many; 50 when absent" })),
  cursor: Type.Optional(Type.String({ description: "nextCursor of the page before" })),
});

/** Versions of one family of operating systems. */
export const OsListEntry = Type.Object({
  os: Type.String({ description: "the family: an OS version begins so" }),
  versions: Type.Array(Type.String(), { description: "with * at the end, all that begin so" }),
  bits: Type.Optional(Type.Enum([32, 64], { description: "either width when absent" })),
  kernels: Type.Optional(Type.Array(Type.String())),
  endOfLife: Type.Optional(Type.String({ description: "last day of the vendor's support" })),
});
export type OsListEntry = Static<typeof OsListEntry>;

/** One list of operating systems. */
export const OsList = Type.Object({
  name: Type.String(),
  title: Type.String(),
  use: Use,
  version: Type.Integer(),
  date: Type.String({ description: "the day as of which it tells" }),
  source: Type.String(),
  isShipped: Type.Boolean({ description: "false for one that the operator put there" }),
  architecture: Type.Optional(Type.Enum(["x86", "arm"])),
  flavorFamilies: Type.Optional(Type.Array(Type.String(), { description: "flavors that it is for, by what their names begin with" })),
  systems: Type.Array(OsListEntry),
});
export type OsList = Static<typeof OsList>;

/** Answer of `GET /api/v1/os-lists`: by name; without `nextCursor` it is the last page. */
export const ListOsListsAnswer = Type.Object(
  { lists: Type.Array(OsList), nextCursor: Type.Optional(Type.String()) },
  { description: "One page of the lists of operating systems" },
);
export type ListOsListsAnswer = Static<typeof ListOsListsAnswer>;

/** Query of `POST /api/v1/os-lists/reload`. */
export const ReloadOsListsQuery = Type.Object({
  isTrial: Type.Optional(Type.Boolean({ description: "true to be told only what would change" })),
});

/** Answer of `POST /api/v1/os-lists/reload`. */
export const OsListsReport = Type.Object(
  {
    changes: Type.Array(
      Type.Object({
        name: Type.String(),
        version: Type.Optional(Type.Integer()),
        date: Type.Optional(Type.String()),
        change: Type.Enum(["added", "replaced", "removed", "unchanged"]),
      }),
    ),
    warnings: Type.Array(Type.String()),
  },
  { description: "What became of every list" },
);
export type OsListsReport = Static<typeof OsListsReport>;
