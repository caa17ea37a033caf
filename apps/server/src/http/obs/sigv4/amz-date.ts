import { formatSdkDate, parseSdkDate } from "@tintype/contract/signing/sdk-hmac-signature.ts";

/** Reads `yyyyMMddTHHmmssZ`, which is how `X-Sdk-Date` looks too; answers milliseconds since 1970, or undefined when it is no such date. */
export function parseAmzDate(text: string): number | undefined {
  return parseSdkDate(text);
}

/** Words an instant as `yyyyMMddTHHmmssZ`. */
export function formatAmzDate(instant: number): string {
  return formatSdkDate(new Date(instant));
}
