import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BlobWriter } from "@tintype/store/blob-store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import type { ContentDigests, RunningDigest } from "../ports/content-digests.ts";
import type { BodyReader } from "./body-reader.ts";
import type { UploadBody } from "./upload-body.ts";
import type { WritingTurn } from "./upload-writers.ts";

/** One step of a body: bytes of the file from `offsetBytes` up to, not including, `endBytes`, or less when the body ends before. */
export interface Step {
  readonly reader: BodyReader;
  readonly body: Pick<UploadBody, "promised" | "lengthBytes">;
  readonly turn: Pick<WritingTurn, "moved">;
  readonly offsetBytes: number;
  readonly endBytes: number;
  /** Nothing may come behind this place. */
  readonly limitBytes: number;
}

/**
 * Writes what comes for a step. Answers how many bytes came.
 *
 * Memory  one piece of the body, and what the writer holds
 * Throws  tus.tooLarge; for a body with promised digests tus.bodyBroken, and the promises' codes
 */
export async function writeStep(digests: ContentDigests, writer: BlobWriter, step: Step): Promise<number> {
  const { reader, body, turn, offsetBytes, endBytes, limitBytes } = step;
  using digest = startDigest(digests, body.promised, body.lengthBytes ?? endBytes - offsetBytes);
  let at = offsetBytes;
  while (at < endBytes) {
    const bytes = (await reader.next())?.subarray(0, endBytes - at);
    if (bytes === undefined) {
      break;
    }
    await digest?.update(bytes);
    await writer.write(at - offsetBytes, bytes);
    reader.take(bytes.length);
    at += bytes.length;
    turn.moved();
  }
  if (at === limitBytes && (await reader.next()) !== undefined) {
    throw new ServiceError("tus.tooLarge", { limitBytes });
  }
  if (digest !== undefined) {
    refuseBroken(reader, offsetBytes);
    await checkPromised(body.promised, digest);
  }
  return at - offsetBytes;
}

/** Throws  tus.bodyBroken when the body broke off; where records stand for it, what was wrong with them or with what they refer to */
export function refuseBroken({ failure }: BodyReader, offset: number): void {
  if (failure !== undefined) {
    const { error } = failure;
    throw error instanceof ServiceError || isStoreError(error) ? error : new ServiceError("tus.bodyBroken", { offset }, { cause: error });
  }
}

function startDigest(digests: ContentDigests, promised: UploadBody["promised"], lengthBytes: number): RunningDigest | undefined {
  const algorithms = new Set(promised.map(({ algorithm }) => algorithm));
  return algorithms.size === 0 ? undefined : digests.start([...algorithms], lengthBytes);
}

async function checkPromised(promised: UploadBody["promised"], digest: RunningDigest): Promise<void> {
  const computed = await digest.finish();
  const wrong = promised.find(({ algorithm, hex }) => computed.get(algorithm) !== hex);
  if (wrong !== undefined) {
    throw new ServiceError(wrong.code, { algorithm: wrong.algorithm });
  }
}
