/** Who may import whom, with the reason. Paths are globs from the root; an import matches when the imported file lies in `to`. */
export interface Layer {
  /** Files the rule is about. */
  readonly from: string;
  /** The only places inside this repository that these files may import from (besides their own folder). */
  readonly mayImport: readonly string[];
  readonly because: string;
}

const packages = ["packages/disk", "packages/store", "packages/jobs", "packages/contract"];
const nouns = [
  "identity",
  "buckets",
  "images",
  "keys",
  "transfers",
  "image-imports",
  "image-cache",
  "copies",
  "sharing",
  "tags",
  "enterprise-projects",
  "audit",
  "quotas",
  "recycle-bin",
  "public-images",
  "metadefs",
  "os-lists",
  "uploads",
  "upkeep",
].map((noun) => `apps/server/src/${noun}`);

/** The first rule whose `from` holds a file counts; a file that no rule names fails the test. */
export const layers: readonly Layer[] = [
  { from: "packages/disk", mayImport: [], because: "the disk formats depend on nothing, so that they can be used anywhere" },
  { from: "packages/store", mayImport: [], because: "the store keeps bytes and knows nothing of disks or images" },
  { from: "packages/jobs", mayImport: [], because: "jobs know no image" },
  { from: "packages/contract", mayImport: [], because: "the contract is what everyone else agrees on" },
  { from: "packages/client", mayImport: ["packages/contract"], because: "a client sees the contract, never the server" },
  {
    from: "apps/server/src/ports",
    mayImport: ["packages/store", "packages/jobs", "packages/disk"],
    because: "ports say what the nouns need; they know neither who asks nor who answers",
  },
  {
    from: "apps/server/src/adapters",
    mayImport: ["apps/server/src/ports", ...packages],
    because: "an adapter serves a port and knows nothing of the floors above it",
  },
  {
    from: "apps/server/src/config",
    mayImport: ["apps/server/src/ports"],
    because: "settings are read before anything exists",
  },
  {
    from: "apps/server/src/observability",
    mayImport: ["apps/server/src/ports", "apps/server/src/config", ...packages],
    because: "logs and metrics observe, they do not take part",
  },
  ...nouns.map((from) => ({
    from,
    mayImport: ["apps/server/src/ports", "apps/server/src/observability", ...nouns, ...packages],
    because: "use cases know their ports, not the wire above nor the adapters below",
  })),
  {
    from: "apps/server/src/http",
    mayImport: ["apps/server/src/ports", "apps/server/src/observability", "apps/server/src/config", ...nouns, ...packages],
    because: "a route calls a use case; it never reaches an adapter",
  },
  { from: "apps/server/src/testing", mayImport: ["apps/server/src", ...packages], because: "doubles and builders for tests" },
  {
    from: "apps/server/src",
    mayImport: ["apps/server/src", ...packages],
    because: "the composition root knows which adapter serves which port",
  },
  {
    from: "apps/cli",
    mayImport: [
      "packages/client",
      "packages/contract",
      "packages/disk",
      "apps/server/src/main.ts",
      "apps/server/src/open-upkeep.ts",
      "apps/server/src/config",
    ],
    because: "the command line is a client; it starts the server and reads its settings, and nothing else of it",
  },
  { from: "tools", mayImport: ["apps", "packages", "tools"], because: "tools look at everything" },
  { from: "test", mayImport: ["apps", "packages", "test"], because: "tests look at everything" },
];

/** What each workspace may install. A new runtime dependency is a decision: add it here together with a record in docs/decisions. */
export const runtimeDependencies: Readonly<Record<string, readonly string[]>> = {
  "packages/disk": [],
  "packages/store": ["@aws-sdk/client-s3"],
  "packages/jobs": [],
  "packages/contract": ["typebox"],
  "packages/client": ["@tintype/contract"],
  "apps/server": [
    "@fastify/swagger",
    "@fastify/type-provider-typebox",
    "@tintype/contract",
    "@tintype/disk",
    "@tintype/jobs",
    "@tintype/store",
    "close-with-grace",
    "fast-xml-parser",
    "fastify",
    "kysely",
    "pino",
    "prom-client",
    "typebox",
  ],
  "apps/cli": ["@stricli/core", "@tintype/client", "@tintype/contract", "@tintype/disk", "@tintype/server", "yaml"],
};
