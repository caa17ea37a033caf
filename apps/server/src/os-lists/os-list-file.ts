import { Type } from "typebox";
import type { Static, TSchema } from "typebox";

const Text = Type.String({ minLength: 1, maxLength: 500 });
const Family = Type.String({ pattern: "^[A-Za-z][A-Za-z0-9 ./_-]{0,59}$" });
const Version = Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9 ._/()-]{0,79}$" });
const Bits = Type.Enum([32, 64]);
const Day = Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" });
const Architecture = Type.Enum(["x86", "arm"]);

/** Versions of a family, as other lists name them: a name, or with `*` at its end all that begin so. Without bits, those of either width. */
const covered = {
  family: Family,
  bits: Type.Optional(Bits),
  versions: Type.Array(Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9 ._/()-]{0,79}\\*?$" }), { minItems: 1, maxItems: 1000 }),
};

function listOf<const Use extends string, Further extends Record<string, TSchema>, System extends TSchema>(
  use: Use,
  further: Further,
  system: System,
) {
  return Type.Object(
    {
      use: Type.Literal(use),
      title: Text,
      version: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
      date: Day,
      source: Text,
      ...further,
      systems: Type.Array(system, { maxItems: 1000 }),
    },
    { additionalProperties: false },
  );
}

const closed = { additionalProperties: false } as const;

/** What a file with a list of operating systems says, by the use of the list. Fields that it does not know are refused. */
export const osListSchemas = {
  /** The names that there are. An OS version is the family, the version and the width: `CentOS 7.6 64bit`. */
  systems: listOf(
    "systems",
    {},
    Type.Object(
      {
        family: Family,
        platform: Family,
        osType: Type.Enum(["Linux", "Windows", "Other"]),
        bits: Bits,
        /** False for families whose names have no width. */
        bitsInName: Type.Optional(Type.Boolean()),
        versions: Type.Array(Version, { minItems: 1, maxItems: 1000 }),
      },
      closed,
    ),
  ),
  /** Systems that image files for machines of an architecture may hold. */
  files: listOf("files", { architecture: Architecture }, Type.Object(covered, closed)),
  /** Systems that boot with UEFI. */
  uefi: listOf("uefi", {}, Type.Object(covered, closed)),
  /** Systems, perhaps with their kernels, that machines of some families of flavors support. */
  flavors: listOf(
    "flavors",
    {
      architecture: Architecture,
      flavorFamilies: Type.Array(Type.String({ pattern: "^[a-z][a-z0-9]{0,30}$" }), { minItems: 1, maxItems: 200 }),
    },
    Type.Object(
      { ...covered, kernels: Type.Optional(Type.Array(Type.String({ pattern: "^[0-9][A-Za-z0-9._+-]{0,79}$" }), { maxItems: 1000 })) },
      closed,
    ),
  ),
  /** The last day on which the vendor supports a system. */
  endOfLife: listOf("endOfLife", {}, Type.Object({ ...covered, until: Day }, closed)),
} as const;

export type OsListUse = keyof typeof osListSchemas;
export type OsListFile = { readonly [Use in OsListUse]: Static<(typeof osListSchemas)[Use]> }[OsListUse];
