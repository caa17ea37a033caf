import { PutObjectCommand } from "@aws-sdk/client-s3";
import { randomUUID } from "node:crypto";
import { StoreError } from "../../store-error.ts";
import { headObject, tokenMetadata } from "./object-token.ts";
import type { S3Bucket } from "./s3-bucket.ts";
import { hasStatus } from "./s3-failure.ts";

/** Which writes the service refuses when the name is taken, as `If-None-Match: *` asks. Many know it for one and not for the other. */
export interface ConditionalWrites {
  /** Of whole objects. */
  readonly put: boolean;
  /** The end of an upload in parts. */
  readonly complete: boolean;
}

/** Adds the condition where it is honoured. */
export function whenFree(honoured: boolean): { readonly IfNoneMatch?: "*" } {
  return honoured ? { IfNoneMatch: "*" } : {};
}

/** The error of a put whose name is taken. */
export function takenError(bucket: S3Bucket, name: string, cause?: unknown): StoreError {
  return new StoreError("store.exists", `There is a file ${name} in ${bucket.place} already.`, { cause });
}

/**
 * Writes an object in one request.
 *
 * Memory  what is sent
 * Throws  store.exists, store.full, store.io
 */
export async function putObject(
  bucket: S3Bucket,
  name: string,
  content: { readonly bytes: Uint8Array; readonly conditional: boolean },
): Promise<void> {
  if (!content.conditional && (await headObject(bucket, name)) !== undefined) {
    throw takenError(bucket, name);
  }
  const token = randomUUID();
  const input = { ...bucket.at(name), Body: content.bytes, ...tokenMetadata(token), ...whenFree(content.conditional) };
  await knowingWhoseItIs(bucket, { name, token }, () =>
    bucket.send(`Writing ${name}`, () => bucket.client.send(new PutObjectCommand(input))),
  );
}

/**
 * Runs a write that makes an object appear. When it fails, the object itself tells what became of it: an answer may be lost after
 * the deed was done, and trying again then finds the name taken, by ourselves.
 */
export async function knowingWhoseItIs(
  bucket: S3Bucket,
  { name, token }: { readonly name: string; readonly token: string },
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    const head = await headObject(bucket, name).catch((unknown: unknown) => {
      const why = unknown instanceof Error ? unknown.message : String(unknown);
      throw new StoreError("store.io", `Whether ${name} was written is not known: ${why}`, { cause: error });
    });
    if (head?.token === token) {
      return;
    }
    const cause = error instanceof StoreError ? error.cause : error;
    if (hasStatus(cause, 412) || (hasStatus(cause, 409) && head !== undefined)) {
      throw takenError(bucket, name, cause);
    }
    throw error;
  }
}
