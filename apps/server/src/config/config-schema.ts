import { Type } from "typebox";
import type { Static } from "typebox";

const Port = (value: number, description: string) => Type.Integer({ minimum: 0, maximum: 65_535, default: value, description });
const Count = (value: number, description: string) => Type.Integer({ minimum: 1, maximum: 1_000_000, default: value, description });
const Hours = (value: number, description: string) => Type.Integer({ minimum: 0, maximum: 8760, default: value, description });
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
  }),
  obs: Type.Object({
    host: Type.String({ minLength: 1, default: "127.0.0.1", description: "address on which the buckets listen" }),
    port: Port(9293, "port of the buckets; 0 takes a free one"),
    publicUrl: HttpUrl("how clients reach the buckets; by default the listening address"),
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
  tokens: Type.Object({
    lifetimeHours: Type.Integer({ minimum: 1, maximum: 24 * 365, default: 24, description: "how long a token is good" }),
  }),
  limits: Type.Object({
    images: Type.Object({ perProject: Count(50, "private images a project may own") }),
    jobs: Type.Object({
      concurrentPerProject: Count(40, "unfinished jobs a project may have"),
      running: Count(2, "jobs that run at the same time; the others wait"),
    }),
    imports: Type.Object({ maxFileGiB: Count(128, "largest file that can be imported") }),
    exports: Type.Object({ maxDiskGiB: Count(128, "largest disk that can be exported") }),
    copies: Type.Object({
      maxDiskGiB: Count(128, "largest disk that can be copied"),
      concurrentPerProject: Count(5, "unfinished copies a project may have"),
    }),
    disks: Type.Object({
      maxSystemGiB: Count(1024, "largest system disk"),
      maxDataGiB: Count(2048, "largest data disk"),
    }),
    keys: Type.Object({ perProject: Count(100, "master keys a project may have") }),
    tags: Type.Object({ perImage: Count(10, "tags an image may have") }),
    properties: Type.Object({ perImage: Count(128, "free attributes an image may have") }),
    http: Type.Object({ maxBodyMiB: Count(12, "largest body of an API call, files aside") }),
  }),
});

/** All settings, complete and checked. */
export type Config = Static<typeof ConfigSchema>;
