import { containerFormats, diskFormats } from "@tintype/contract/image-v2/image-words.table.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { StepContext } from "@tintype/jobs/job-kind.ts";
import { Type } from "typebox";
import type { Static } from "typebox";
import { Value } from "typebox/value";
import type { OsLists } from "../os-lists/known-systems.ts";
import type { ImageServices } from "../ports/image-services.ts";
import type { ReceivedFile } from "../transfers/files/receive-file.ts";
import { fetchFile } from "./fetch-file.ts";
import type { FetchDeps } from "./fetch-file.ts";
import type { ImportMethod } from "./import-method.ts";
import { bearerOf } from "./import-work.ts";

/** What fetching from another image service needs. */
export interface FetchRemoteDeps extends FetchDeps {
  readonly imageServices: ImageServices;
  readonly osLists: OsLists;
}

/** What an image is there, as far as its copy takes it over. */
export interface RemoteDescription {
  readonly diskFormat: string;
  readonly containerFormat: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** Longest answer about an image that is read. */
const maxDescriptionBytes = 1024 * 1024;

/**
 * Which properties a copy takes over, by how they begin.
 *
 * Source  OpenStack Image service, default of `[glance_download_properties] extra_properties`
 */
const copiedPrefixes = ["hw_", "trait:", "os_distro", "os_secure_boot", "os_type"];
const [longestName, longestValue] = [255, 65_535];

const RemoteImage = Type.Object({
  status: Type.String(),
  disk_format: Type.Enum([...diskFormats]),
  container_format: Type.Enum([...containerFormats]),
  checksum: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  os_hash_algo: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  os_hash_value: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

/**
 * Fetches the file of an image from the image service of a region, with a token of the user who asked for it. What it is said to be there
 * comes with it, and the digests that are told there must be its own.
 *
 * Memory  as `fetchFile`, and the answer about the image, 1 MiB
 * Throws  image.importFailed; as `fetchFile`
 */
export async function fetchRemoteImage(
  deps: FetchRemoteDeps,
  { region, imageId, endpointInterface }: Extract<ImportMethod, { readonly name: "glance-download" }>,
  context: StepContext,
): Promise<{ readonly received: ReceivedFile; readonly described: RemoteDescription }> {
  const address = deps.imageServices.addressOf(region, endpointInterface);
  if (address === undefined) {
    throw importFailed(`the catalog has no image service in the region ${region} with the interface ${endpointInterface}`);
  }
  await using lent = await deps.imageServices.lendToken(bearerOf(context.job));
  const url = `${address}/v2/images/${imageId}`;
  // The catalog is the operator's word.
  const asking = { headers: { "x-auth-token": lent.token }, isTrusted: true };
  await using answer = await deps.urlReader.open(url, { ...asking, maxBytes: maxDescriptionBytes, signal: context.signal });
  const { facts, properties } = parseImage(Buffer.concat(await Array.fromAsync(answer.pieces)).toString());
  if (facts.status !== "active") {
    throw importFailed(`image ${imageId} is ${facts.status.slice(0, 20)} in the region ${region}`);
  }
  const received = await fetchFile(deps, { url: `${url}/file`, ...asking }, context);
  refuseOther(received, facts);
  return { received, described: { diskFormat: facts.disk_format, containerFormat: facts.container_format, properties } };
}

function parseImage(text: string): { readonly facts: Static<typeof RemoteImage>; readonly properties: RemoteDescription["properties"] } {
  const answer = parseJson(text);
  if (!Value.Check(RemoteImage, answer)) {
    throw importFailed("the other image service told of no image with known formats");
  }
  const properties = Object.entries(answer).filter(
    (entry): entry is [string, string] =>
      copiedPrefixes.some((prefix) => entry[0].startsWith(prefix)) &&
      entry[0].length <= longestName &&
      typeof entry[1] === "string" &&
      entry[1].length <= longestValue,
  );
  return { facts: answer, properties: Object.fromEntries(properties) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw importFailed("the other image service answered with what is no JSON", error);
  }
}

function refuseOther({ file }: ReceivedFile, told: Static<typeof RemoteImage>): void {
  const isDigestOther = told.os_hash_algo === file.digest.algorithm && told.os_hash_value !== file.digest.value;
  if (isDigestOther || (typeof told.checksum === "string" && told.checksum !== file.md5)) {
    throw importFailed("the file that came does not have the digests that the other image service tells of it");
  }
}

function importFailed(problem: string, cause?: unknown): ServiceError {
  return new ServiceError("image.importFailed", { problem }, { cause });
}
