import type { ByteSource } from "@tintype/disk/core/byte-source.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import type { CliContext } from "../../context.ts";
import type { Environment } from "../../environment.ts";
import { UsageError } from "../../errors/command-errors.ts";

/** What reaching a disk image needs, wherever it is. */
export type SourceContext = Pick<CliContext, "env" | "signal" | "process" | "timers">;

/**
 * Opens the bytes of a disk image: a local file, `http(s)://…`, or `s3://bucket/key` with the usual `AWS_*` variables.
 *
 * Throws  UsageError (standard input, missing credentials), DiskError
 */
export async function openSource(place: string, { env, signal }: SourceContext): Promise<ByteSource> {
  if (place === "-") {
    throw new UsageError("A disk image is read here and there, which standard input cannot do: give a file or an address.");
  }
  if (/^https?:\/\//i.test(place)) {
    const { openHttpSource } = await import("@tintype/disk/source/open-http-source.ts");
    const { readAhead } = await import("@tintype/disk/transform/read-ahead.ts");
    return readAhead(await openHttpSource(place, { signal }));
  }
  if (/^s3:\/\//i.test(place)) {
    const { openS3Source } = await import("@tintype/disk/source/open-s3-source.ts");
    const { readAhead } = await import("@tintype/disk/transform/read-ahead.ts");
    return readAhead(await openS3Source(place, { ...s3Options(env), signal }));
  }
  return await openLocalFile(place);
}

function s3Options(env: Environment) {
  const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION } = env;
  const endpoint = AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL;
  if (accessKey === undefined || secretKey === undefined || endpoint === undefined) {
    throw new UsageError(
      "s3:// needs AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL (and AWS_REGION, where the service asks for it).",
    );
  }
  return { endpoint, accessKey, secretKey, region: AWS_REGION ?? env["AWS_DEFAULT_REGION"] ?? "us-east-1" };
}
