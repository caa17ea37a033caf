import { createHash } from "node:crypto";
import { openChunkStore } from "@tintype/store/open-chunk-store.ts";
import type { StoreOptions } from "@tintype/store/open-chunk-store.ts";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import type { ChunkStore } from "@tintype/store/store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { KeySetupError } from "./adapters/key-register/key-setup-error.ts";
import { readSecretLine } from "./adapters/key-register/read-secret-file.ts";
import { withRemedy } from "./as-start-error.ts";
import type { Config } from "./config/config-schema.ts";
import { StartError } from "./start-error.ts";

/** A bucket, or what lies under a prefix of it, and how to get at it. */
export interface BucketPlace {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly accessKey: string;
  readonly secretKeyFile: string;
  readonly addressing: "path" | "host";
}

/** Where a store lies: in a folder, or in a bucket with that folder as its work folder. */
export interface StoreLocation {
  readonly folder: string;
  readonly bucket: BucketPlace | undefined;
}

/** What opening a store needs beside its place. */
export interface StoreSetup {
  readonly options: Pick<StoreOptions, "unwrapKey" | "storeKey" | "onDamage">;
  /** Told what went wrong without failing anything. */
  readonly warn: (message: string) => void;
}

/**
 * Opens a store.
 *
 * Throws  StartError, whose cause is the store's own error where there is one
 */
export async function openStore({ folder, bucket }: StoreLocation, setup: StoreSetup): Promise<ChunkStore> {
  return await wordingStartErrors(async () =>
    bucket === undefined ? openLocalStore(folder, setup.options) : openBucketStore(bucket, folder, setup),
  );
}

async function openBucketStore(place: BucketPlace, folder: string, { options, warn }: StoreSetup): Promise<ChunkStore> {
  const { endpoint, region, bucket, prefix, accessKey, secretKeyFile, addressing } = place;
  const credentials = { accessKeyId: accessKey, secretAccessKey: await readSecretLine(secretKeyFile, "secret key file") };
  // The client takes a tenth of a second to load; who keeps the store in a folder need not wait for it.
  const { openS3Backend } = await import("@tintype/store/backend/s3/open-s3-backend.ts");
  const backend = await openS3Backend({ endpoint, region, bucket, prefix, credentials, forcePathStyle: addressing === "path", warn });
  return openChunkStore(backend, folder, options);
}

/**
 * Where the settings `store.*` put the bytes: a folder, or a bucket with a work folder there.
 *
 * Throws  StartError
 */
export function locationOfSettings({ s3 }: Config["store"], folder: string): StoreLocation {
  const { endpoint, bucket, accessKey, secretKeyFile, ...others } = s3;
  if (endpoint === undefined && bucket === undefined) {
    return { folder, bucket: undefined };
  }
  if (endpoint === undefined || bucket === undefined) {
    throw new StartError("A store in a bucket needs both TINTYPE_STORE_S3_ENDPOINT and TINTYPE_STORE_S3_BUCKET. Set both, or neither.");
  }
  if (accessKey === undefined || secretKeyFile === undefined) {
    throw new StartError(
      "A store in a bucket needs TINTYPE_STORE_S3_ACCESS_KEY and, in a file of its own, TINTYPE_STORE_S3_SECRET_KEY_FILE.",
    );
  }
  return { folder, bucket: { endpoint, bucket, accessKey, secretKeyFile, ...others } };
}

/** The key for blobs that have none of their own; named after itself, so that another one is told apart. Throws  StartError */
export async function readStoreKey({ keyFile }: Config["store"]): Promise<StoreOptions["storeKey"]> {
  if (keyFile === undefined) {
    return undefined;
  }
  const text = await wordingStartErrors(async () => readSecretLine(keyFile, "key file of the store"));
  if (!/^[0-9a-fA-F]{64}$/.test(text)) {
    throw new StartError(`The key file of the store ${keyFile} must hold 64 hex digits: openssl rand -hex 32 > ${keyFile}`);
  }
  const secret = Buffer.from(text, "hex");
  return {
    id: createHash("sha256").update("tintype store key ").update(secret).digest("hex").slice(0, 32),
    secret,
    wrapped: new Uint8Array(),
  };
}

async function wordingStartErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isStoreError(error) && error.code === "store.io") {
      throw new StartError(withRemedy(`${error.message}.`, error.cause), { cause: error });
    }
    // These sentences say what is wrong and what to do.
    throw isStoreError(error) || error instanceof KeySetupError || error instanceof TypeError
      ? new StartError(error.message, { cause: error })
      : error;
  }
}
