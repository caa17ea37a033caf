import { createHash } from "node:crypto";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ObjectPart, UploadPartRecord } from "../ports/bucket-catalog.ts";
import type { BucketCeilings } from "./bucket-ceilings.table.ts";
import { checkSize } from "./check-size.ts";

/** A part as the client names it when it completes an upload. The ETag comes without quotes. */
export interface NamedPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** What a completed upload is made of. */
export interface ChosenParts {
  readonly parts: readonly ObjectPart[];
  readonly lengthBytes: number;
  readonly etag: string;
  /** Parts that were uploaded and not named. */
  readonly unused: readonly ObjectPart[];
}

/**
 * Picks the named parts from those that were uploaded.
 *
 * Throws  obs.MalformedXML (none named), obs.InvalidPartOrder, obs.InvalidPart, obs.EntityTooSmall, obs.EntityTooLarge
 */
export function chooseParts(uploaded: readonly UploadPartRecord[], named: readonly NamedPart[], ceilings: BucketCeilings): ChosenParts {
  checkOrder(named);
  const left = new Map(uploaded.map((part) => [part.partNumber, part]));
  const md5OfMd5s = createHash("md5");
  const parts: ObjectPart[] = [];
  let lengthBytes = 0;
  for (const [index, { partNumber, etag }] of named.entries()) {
    const found = left.get(partNumber);
    if (found === undefined || found.etag !== etag) {
      throw new ServiceError("obs.InvalidPart", { partNumber });
    }
    const sizeBytes = found.part.lengthBytes;
    if (index < named.length - 1 && sizeBytes < ceilings.minPartBytes) {
      throw new ServiceError("obs.EntityTooSmall", { partNumber, sizeBytes, limitBytes: ceilings.minPartBytes });
    }
    left.delete(partNumber);
    md5OfMd5s.update(Buffer.from(found.etag, "hex"));
    parts.push(found.part);
    lengthBytes += sizeBytes;
  }
  checkSize(lengthBytes, ceilings.objectBytes, "an object");
  return { parts, lengthBytes, etag: `${md5OfMd5s.digest("hex")}-${parts.length}`, unused: Array.from(left.values(), ({ part }) => part) };
}

function checkOrder(named: readonly NamedPart[]): void {
  if (named.length === 0) {
    throw new ServiceError("obs.MalformedXML", { reason: "it names no part" });
  }
  let previousNumber = 0;
  for (const { partNumber } of named) {
    if (partNumber <= previousNumber) {
      throw new ServiceError("obs.InvalidPartOrder", { partNumber, previousNumber });
    }
    previousNumber = partNumber;
  }
}
