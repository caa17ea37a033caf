import { ServiceError } from "@tintype/contract/service-error.ts";
import { inBlocks } from "@tintype/store/chunk/in-blocks.ts";
import type { ExpectedDigest, Payload } from "../../buckets/payload.ts";
import type { DigestAlgorithm } from "../../ports/content-digests.ts";
import type { BodySigning } from "./body-signing.ts";
import type { ObsRequest } from "./obs-request.ts";
import { ChunkDecoder } from "./sigv4/chunk-decoder.ts";

/** Checksums that a client may send along, as `x-amz-checksum-<name>`, and their length in bytes. */
export const checksumLengths = { crc32: 4, crc32c: 4, crc64nvme: 8, sha1: 20, sha256: 32 } as const satisfies Partial<
  Record<DigestAlgorithm, number>
>;
export type ChecksumAlgorithm = keyof typeof checksumLengths;
// The keys are those of the literal above.
export const checksumAlgorithms = Object.keys(checksumLengths) as ChecksumAlgorithm[];

const headerPrefix = "x-amz-checksum-";
const unsupportedChecksums = new Set(["md5", "sha512", "xxhash64", "xxhash3", "xxhash128"].map((name) => headerPrefix + name));

/**
 * Makes the payload of a request: what its body holds, and everything the headers (or trailers) promise about it.
 *
 * Throws  obs.MissingContentLength, obs.InvalidDigest, obs.NotImplemented; while reading, what `ChunkDecoder` throws
 */
export function requestPayload(request: ObsRequest, bodySigning: BodySigning, body: AsyncIterable<Uint8Array>): Payload {
  const expected = expectedByHeaders(request);
  if (bodySigning.kind === "plain") {
    if (bodySigning.sha256 !== undefined) {
      expected.push({ algorithm: "sha256", hex: bodySigning.sha256, header: "x-amz-content-sha256" });
    }
    return {
      lengthBytes: lengthFrom(request, "content-length"),
      body,
      algorithms: expected.map(({ algorithm }) => algorithm),
      expected: () => expected,
    };
  }
  const announced = announcedTrailers(request);
  const lengthBytes = lengthFrom(request, "x-amz-decoded-content-length");
  const content = decodeChunks(body, new ChunkDecoder(bodySigning), (trailers) =>
    expected.push(...expectedByTrailers(announced, trailers)),
  );
  return {
    lengthBytes,
    body: inBlocks(content, lengthBytes),
    algorithms: [...expected.map(({ algorithm }) => algorithm), ...announced.map(({ algorithm }) => algorithm)],
    expected: () => expected,
  };
}

async function* decodeChunks(
  body: AsyncIterable<Uint8Array>,
  decoder: ChunkDecoder,
  onTrailers: (trailers: ReadonlyMap<string, string>) => void,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of body) {
    yield* decoder.push(bytes);
  }
  onTrailers(decoder.end());
}

function lengthFrom(request: ObsRequest, header: string): number {
  const value = request.header(header) ?? "";
  if (!/^\d{1,15}$/.test(value)) {
    throw new ServiceError("obs.MissingContentLength");
  }
  return Number(value);
}

function expectedByHeaders(request: ObsRequest): ExpectedDigest[] {
  const expected: ExpectedDigest[] = [];
  const md5 = request.header("content-md5");
  if (md5 !== undefined) {
    expected.push({ algorithm: "md5", hex: hexOf(md5, 16, "Content-MD5"), header: "Content-MD5" });
  }
  for (const name of request.headerNames) {
    const algorithm = checksumIn(name);
    if (algorithm !== undefined) {
      expected.push({ algorithm, hex: hexOf(request.header(name) ?? "", checksumLengths[algorithm], name), header: name });
    }
  }
  return expected;
}

function announcedTrailers(request: ObsRequest): { readonly name: string; readonly algorithm: ChecksumAlgorithm }[] {
  const names = (request.header("x-amz-trailer") ?? "").split(",").map((name) => name.trim().toLowerCase());
  return names.flatMap((name) => {
    const algorithm = checksumIn(name);
    return algorithm === undefined ? [] : [{ name, algorithm }];
  });
}

function expectedByTrailers(announced: ReturnType<typeof announcedTrailers>, trailers: ReadonlyMap<string, string>): ExpectedDigest[] {
  return announced.map(({ name, algorithm }) => ({
    algorithm,
    hex: hexOf(trailers.get(name) ?? "", checksumLengths[algorithm], name),
    header: name,
  }));
}

/** The algorithm that a header's name stands for. A checksum that cannot be verified is refused rather than passed over. */
function checksumIn(name: string): ChecksumAlgorithm | undefined {
  if (unsupportedChecksums.has(name)) {
    throw new ServiceError("obs.NotImplemented", { what: `The checksum ${name}` });
  }
  return checksumAlgorithms.find((algorithm) => name === headerPrefix + algorithm);
}

function hexOf(base64: string, lengthBytes: number, header: string): string {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length !== lengthBytes || bytes.toString("base64") !== base64) {
    throw new ServiceError("obs.InvalidDigest", { header });
  }
  return bytes.toString("hex");
}
