import { Type } from "typebox";
import type { Static } from "typebox";

const Port = (value: number, description: string) => Type.Integer({ minimum: 0, maximum: 65_535, default: value, description });
const Count = (value: number, description: string) => Type.Integer({ minimum: 1, maximum: 1_000_000, default: value, description });
const Ceiling = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 1_000_000_000, default: 0, description: `${description}; 0 for no limit` });
const Hours = (value: number, description: string) => Type.Integer({ minimum: 0, maximum: 8760, default: value, description });
const Names = (value: string, description: string) =>
  Type.String({ pattern: "^[A-Za-z0-9 ._,-]{0,1000}$", default: value, description: `${description}; names with commas between them` });
const Tls = Type.Object({
  certFile: Type.Optional(
    Type.String({
      minLength: 1,
      description: "PEM file with the certificate (and those up to the root); then nothing but HTTPS is spoken",
    }),
  ),
  keyFile: Type.Optional(Type.String({ minLength: 1, description: "PEM file with the certificate's key" })),
});
const HttpUrl = (description: string) => Type.Optional(Type.String({ pattern: "^https?://[^\\s?#]+$", description }));

/**
 * Every setting of the service: the one place where its name, type, default and meaning are written.
 *
 * A key's path gives its names elsewhere: `http.port` is `{ "http": { "port": … } }` in a file, `TINTYPE_HTTP_PORT` in the
 * environment and `--http-port` on the command line.
 */
export const ConfigSchema = Type.Object({
  http: Type.Object({
    host: Type.String({ minLength: 1, default: "127.0.0.1", description: "address on which the API listens" }),
    port: Port(9292, "port of the API; 0 takes a free one"),
    publicUrl: HttpUrl("how clients reach the API, for the catalog and for links; by default the listening address"),
    tls: Tls,
    trustedProxies: Type.String({
      pattern: "^[0-9A-Fa-f.:/, ]{0,1000}$",
      default: "",
      description: "addresses or networks of proxies whose X-Forwarded-For is believed, with commas between them",
    }),
  }),
  obs: Type.Object({
    host: Type.String({ minLength: 1, default: "127.0.0.1", description: "address on which the buckets listen" }),
    port: Port(9293, "port of the buckets; 0 takes a free one"),
    publicUrl: HttpUrl("how clients reach the buckets; by default the listening address"),
    tls: Tls,
  }),
  data: Type.Object({
    dir: Type.String({ minLength: 1, default: "./data", description: "folder that holds everything; made when missing" }),
  }),
  store: Type.Object({
    keyFile: Type.Optional(
      Type.String({ minLength: 1, description: "file with 64 hex digits: the key that seals whatever has no key of its own" }),
    ),
    s3: Type.Object({
      endpoint: HttpUrl("S3 service that keeps the bytes, instead of the data folder"),
      region: Type.String({ minLength: 1, default: "us-east-1", description: "region that requests to it are signed for" }),
      bucket: Type.Optional(Type.String({ minLength: 1, description: "bucket for the bytes" })),
      prefix: Type.String({
        pattern: "^[A-Za-z0-9/._-]{0,500}$",
        default: "",
        description: "what all keys start with, for instance tintype/",
      }),
      accessKey: Type.Optional(Type.String({ minLength: 1, description: "access key for it" })),
      secretKeyFile: Type.Optional(Type.String({ minLength: 1, description: "file with the secret key" })),
      addressing: Type.Enum(["path", "host"], { default: "path", description: "where requests name the bucket" }),
    }),
  }),
  stores: Type.Object({
    file: Type.Optional(
      Type.String({
        minLength: 1,
        description: "JSON file that names further stores, and which of them is used by default (docs/backends.md)",
      }),
    ),
  }),
  cache: Type.Object({
    dir: Type.Optional(
      Type.String({ minLength: 1, description: "folder for files of images that are ready to be sent; by default in the data folder" }),
    ),
    maxGiB: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 10, description: "how much may lie there; 0 for no cache" }),
    fill: Type.Enum(["read", "asked"], {
      default: "read",
      description: "which files come there: those read whole twice within a day and those asked for, or these alone",
    }),
  }),
  upkeep: Type.Object({
    collectHours: Hours(6, "hours between collections of what nobody uses any more; 0 for none"),
    graceMinutes: Type.Integer({
      minimum: 0,
      maximum: 525_600,
      default: 60,
      description: "how long unused packs stay condemned before they go",
    }),
    scrubMiBPerMinute: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      default: 60,
      description: "how much is read again to find damage; 0 for none",
    }),
    backupHours: Hours(24, "hours between copies of the catalog; 0 for none"),
    backupsKept: Type.Integer({ minimum: 1, maximum: 10_000, default: 7, description: "copies of the catalog that are kept" }),
  }),
  uploads: Type.Object({
    expireHours: Type.Integer({
      minimum: 1,
      maximum: 8760,
      default: 24,
      description: "an upload that nothing comes for ends after so many hours",
    }),
    maxGiB: Type.Integer({ minimum: 1, maximum: 5120, default: 5120, description: "largest file that may come in pieces" }),
    perProject: Count(1000, "unfinished uploads a project may have"),
    silenceSeconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 300,
      description: "the body of a request of which nothing comes for so long breaks off",
    }),
  }),
  audit: Type.Object({
    saveMinutes: Type.Integer({
      minimum: 0,
      maximum: 1440,
      default: 5,
      description: "minutes between savings of audit traces in the buckets of trackers; 0 for none",
    }),
  }),
  region: Type.String({
    pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$",
    default: "local-1",
    description: "name of this region; where it is not set, a bootstrap file may name it",
  }),
  bootstrap: Type.Object({
    file: Type.Optional(
      Type.String({ minLength: 1, description: "JSON file with domain, projects, users, roles and access keys to create" }),
    ),
  }),
  keys: Type.Object({
    passphraseFile: Type.Optional(
      Type.String({ minLength: 1, description: "file with the passphrase that seals the master keys; without it, a key beside them does" }),
    ),
    vault: Type.Object({
      address: HttpUrl("Vault or OpenBao that keeps the master keys instead, by its transit engine"),
      mount: Type.String({
        pattern: "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
        default: "transit",
        description: "where the transit engine is mounted",
      }),
      namespace: Type.Optional(Type.String({ minLength: 1, description: "namespace of the transit engine" })),
      tokenFile: Type.Optional(Type.String({ minLength: 1, description: "file with the token for it" })),
    }),
  }),
  log: Type.Object({
    level: Type.Enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
      default: "info",
      description: "least severe messages that are logged (JSON lines on stderr)",
    }),
  }),
  images: Type.Object({
    formatMatch: Type.Enum(["required", "ignored"], {
      default: "required",
      description: "whether a file that the Image API takes must be of the format that its image was declared with",
    }),
    digest: Type.Enum(["sha512", "sha256"], {
      default: "sha512",
      description: "algorithm of os_hash_value, beside the MD5 that clients expect",
    }),
    locations: Type.Enum(["shown", "hidden"], {
      default: "shown",
      description: "whether the Image API shows owners the locations of their images, and takes changes of them",
    }),
  }),
  osLists: Type.Object({
    dir: Type.Optional(
      Type.String({
        minLength: 1,
        description: "folder with lists of operating systems that count instead of those of the same name that come along",
      }),
    ),
  }),
  fetch: Type.Object({
    allow: Type.String({
      pattern: "^( *[^ ,]{1,255}:[0-9]{1,5} *(, *[^ ,]{1,255}:[0-9]{1,5} *)*)?$",
      default: "",
      description: "places that are opened for users although they are not public: host:port with commas between them",
    }),
    silenceSeconds: Type.Integer({
      minimum: 1,
      maximum: 3600,
      default: 30,
      description: "a place that says nothing for so long is given up",
    }),
  }),
  tokens: Type.Object({
    lifetimeHours: Type.Integer({ minimum: 1, maximum: 24 * 365, default: 24, description: "how long a token is good" }),
  }),
  limits: Type.Object({
    images: Type.Object({ perProject: Count(50, "private images a project may own") }),
    jobs: Type.Object({
      concurrentPerProject: Count(40, "unfinished jobs a project may have"),
      running: Count(2, "jobs that run at the same time; the others wait"),
      fetching: Count(4, "imports from addresses that run at the same time, besides those jobs; the others wait"),
      fetchingPerProject: Count(
        3,
        "of these imports, those of one project that run at the same time, so that slow places leave something to others",
      ),
    }),
    imports: Type.Object({
      maxFileGiB: Count(128, "largest file that can be imported"),
      maxQuickFileGiB: Count(1024, "largest file that can be imported fast"),
      maxDataCapacityGiB: Count(2048, "the data disk in a file must be smaller"),
      maxDataStoredGiB: Count(1024, "what a data disk in a file holds must be less"),
      maxDataDisks: Count(3, "data disks that one import may have beside its system disk"),
      maxUploadMiB: Count(2048, "a file that is uploaded straight to an image must be smaller"),
    }),
    uploads: Type.Object({ maxGiB: Count(1024, "largest file that an image may be uploaded as, through the Image API") }),
    exports: Type.Object({
      maxDiskGiB: Count(128, "largest disk that can be exported in a format of choice"),
      maxQuickDiskGiB: Count(1024, "largest disk that can be exported fast, as zvhd2"),
      refusedPlatforms: Names("Windows,SUSE,RedHat,Ubuntu,Oracle Linux", "platforms of public images that cannot be exported"),
    }),
    copies: Type.Object({
      maxDiskGiB: Count(128, "largest disk that can be copied within the region"),
      maxCrossRegionGiB: Count(128, "largest disk that can be copied to another region"),
      largeRegions: Names("cn-south-1,cn-east-3,cn-east-2,cn-north-4", "regions from which larger disks can be copied to another one"),
      maxLargeRegionGiB: Count(300, "largest disk that can be copied from one of those regions to another one"),
      concurrentPerProject: Count(5, "unfinished copies a project may have"),
    }),
    disks: Type.Object({
      minSystemGiB: Count(1, "smallest system disk"),
      maxSystemGiB: Count(1024, "largest system disk"),
      minDataGiB: Count(1, "smallest data disk"),
      maxDataGiB: Count(2048, "largest data disk"),
    }),
    keys: Type.Object({ perProject: Count(100, "master keys a project may have") }),
    recycleBin: Type.Object({
      days: Type.Integer({
        minimum: 0,
        maximum: 3650,
        default: 0,
        description: "how long deleted images can be restored; 0 for not at all",
      }),
    }),
    tags: Type.Object({ perImage: Count(10, "tags an image may have") }),
    predefinedTags: Type.Object({ perDomain: Count(500, "predefined tags a domain may have") }),
    enterpriseProjects: Type.Object({ perDomain: Count(100, "enterprise projects a domain may have, the default one apart") }),
    members: Type.Object({
      perImage: Count(128, "projects that a system or data disk image may be shared with"),
      perWholeImage: Count(10, "projects that a whole machine's image may be shared with"),
      perCall: Count(100, "projects that one call may share with"),
    }),
    traces: Type.Object({
      shownDays: Count(7, "days for which audit traces are shown"),
      unknownPerMinute: Count(
        60,
        "refused calls of nobody known that are traced one by one in a minute; the others are counted, and told by one trace",
      ),
    }),
    imageApi: Type.Object({
      tagsPerImage: Count(128, "tags that an image may get through the OpenStack Image API"),
      storedGiB: Ceiling("content that a project's images may have in all before files for images are refused"),
      stagedGiB: Ceiling("files of a project that may wait for their import before others are refused"),
      incoming: Ceiling("images of a project that files may be on their way to at a time"),
    }),
    properties: Type.Object({ perImage: Count(128, "free attributes an image may have") }),
    locations: Type.Object({ perImage: Count(10, "locations that an image may get through the OpenStack Image API") }),
    http: Type.Object({ maxBodyMiB: Count(12, "largest body of an API call, files aside") }),
  }),
});

/** All settings, complete and checked. */
export type Config = Static<typeof ConfigSchema>;
