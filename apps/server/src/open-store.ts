import { createHash } from "node:crypto";
import { join } from "node:path";
import { openChunkStore } from "@tintype/store/open-chunk-store.ts";
import type { StoreOptions } from "@tintype/store/open-chunk-store.ts";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import type { ChunkStore } from "@tintype/store/store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { KeySetupError } from "./adapters/key-register/key-setup-error.ts";
import { readSecretLine } from "./adapters/key-register/read-secret-file.ts";
import type { Config } from "./config/config-schema.ts";
import { StartError } from "./start-error.ts";

/** What opening the store needs. */
export interface StoreSetup {
  readonly settings: Config["store"];
  readonly dataDir: string;
  /** Needed to open what is encrypted, and for nothing else. */
  readonly unwrapKey?: StoreOptions["unwrapKey"];
  /** Told what went wrong without failing anything. */
  readonly warn: (message: string) => void;
}

/**
 * Opens the store that the settings name: a folder of the data folder, or a bucket of an S3 service with a work folder there.
 *
 * Throws  StartError, whose cause is the store's own error where there is one
 */
export async function openStore(setup: StoreSetup): Promise<ChunkStore> {
  const folder = join(setup.dataDir, "store");
  try {
    const options = { unwrapKey: setup.unwrapKey, storeKey: await storeKeyOf(setup.settings) };
    const { endpoint, bucket } = setup.settings.s3;
    if (endpoint === undefined && bucket === undefined) {
      return await openLocalStore(folder, options);
    }
    if (endpoint === undefined || bucket === undefined) {
      throw new StartError("A store in a bucket needs both TINTYPE_STORE_S3_ENDPOINT and TINTYPE_STORE_S3_BUCKET. Set both, or neither.");
    }
    return await openBucketStore(setup, { folder, endpoint, bucket, options });
  } catch (error) {
    // These sentences say what is wrong and what to do.
    throw isStoreError(error) || error instanceof KeySetupError || error instanceof TypeError
      ? new StartError(error.message, { cause: error })
      : error;
  }
}

async function openBucketStore(
  { settings, warn }: StoreSetup,
  place: { readonly folder: string; readonly endpoint: string; readonly bucket: string; readonly options: StoreOptions },
): Promise<ChunkStore> {
  const { region, prefix, accessKey, secretKeyFile, addressing } = settings.s3;
  if (accessKey === undefined || secretKeyFile === undefined) {
    throw new StartError(
      "A store in a bucket needs TINTYPE_STORE_S3_ACCESS_KEY and, in a file of its own, TINTYPE_STORE_S3_SECRET_KEY_FILE.",
    );
  }
  const credentials = { accessKeyId: accessKey, secretAccessKey: await readSecretLine(secretKeyFile, "secret key file") };
  // The client takes a tenth of a second to load; who keeps the store in a folder need not wait for it.
  const { openS3Backend } = await import("@tintype/store/backend/s3/open-s3-backend.ts");
  const { folder, endpoint, bucket, options } = place;
  const backend = await openS3Backend({ endpoint, region, bucket, prefix, credentials, forcePathStyle: addressing === "path", warn });
  return openChunkStore(backend, folder, options);
}

/** The key for blobs that have none of their own; named after itself, so that another one is told apart. */
async function storeKeyOf({ keyFile }: Config["store"]): Promise<StoreOptions["storeKey"]> {
  if (keyFile === undefined) {
    return undefined;
  }
  const text = await readSecretLine(keyFile, "key file of the store");
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
