import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ContentDigests, DigestAlgorithm } from "../ports/content-digests.ts";
import type { ExpectedDigest, Payload } from "./payload.ts";

/** What arrived, checked. */
export interface ReceivedContent {
  readonly lengthBytes: number;
  readonly md5: string;
  readonly digests: ReadonlyMap<DigestAlgorithm, string>;
}

/**
 * Streams a payload to `write` and checks everything its sender promised: length and digests. Nothing of it may become visible
 * before this returns. `write` must be done with its bytes when it settles.
 *
 * Memory  what the digests and `write` hold; the body is not asked for more before both took what came
 * Throws  obs.IncompleteBody, obs.BadDigest, obs.XAmzContentSHA256Mismatch, and what the body throws
 */
export async function receivePayload(
  digests: ContentDigests,
  payload: Payload,
  write: (offset: number, bytes: Uint8Array) => Promise<void>,
): Promise<ReceivedContent> {
  using digest = digests.start([...new Set<DigestAlgorithm>(["md5", ...payload.algorithms])], payload.lengthBytes);
  let lengthBytes = 0;
  for await (const bytes of payload.body) {
    if (lengthBytes + bytes.length > payload.lengthBytes) {
      throw incompleteBody(lengthBytes + bytes.length, payload.lengthBytes);
    }
    await digest.update(bytes);
    await write(lengthBytes, bytes);
    lengthBytes += bytes.length;
  }
  if (lengthBytes < payload.lengthBytes) {
    throw incompleteBody(lengthBytes, payload.lengthBytes);
  }
  const computed = await digest.finish();
  checkDigests(payload.expected(), computed);
  return { lengthBytes, md5: computed.get("md5") ?? "", digests: computed };
}

function incompleteBody(receivedBytes: number, expectedBytes: number): ServiceError {
  return new ServiceError("obs.IncompleteBody", { receivedBytes, expectedBytes });
}

function checkDigests(expected: readonly ExpectedDigest[], computed: ReadonlyMap<DigestAlgorithm, string>): void {
  for (const { algorithm, hex, header } of expected) {
    const received = computed.get(algorithm) ?? "";
    if (received !== hex) {
      const code = header === "x-amz-content-sha256" ? "obs.XAmzContentSHA256Mismatch" : "obs.BadDigest";
      throw new ServiceError(code, { header, sent: hex, received });
    }
  }
}
