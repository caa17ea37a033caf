import { ServiceError } from "@tintype/contract/service-error.ts";
import { encodeRfc3986 } from "../sigv4/encode-rfc3986.ts";
import type { ObsCall } from "../obs-call.ts";

/** What all listings are asked for. */
export interface ListParameters {
  readonly prefix: string;
  readonly delimiter: string;
  readonly limit: number;
  /** `url` when names are to be percent-encoded, as names may hold what XML cannot. */
  readonly encodingType: "url" | undefined;
  /** Writes a name the way that was asked for. */
  encode(name: string): string;
}

/** Throws  obs.InvalidArgument */
export function listParameters({ request, services }: ObsCall, limitParameter: string): ListParameters {
  const { pageEntries } = services.ceilings;
  const encodingType = request.parameter("encoding-type") ?? "";
  if (encodingType !== "" && encodingType !== "url") {
    throw new ServiceError("obs.InvalidArgument", { name: "encoding-type", reason: "it can only be url" });
  }
  return {
    prefix: request.parameter("prefix") ?? "",
    delimiter: request.parameter("delimiter") ?? "",
    limit: Math.min(integerParameter(request.parameter(limitParameter) ?? "", limitParameter) ?? pageEntries, pageEntries),
    encodingType: encodingType === "" ? undefined : encodingType,
    encode: encodingType === "" ? (name) => name : (name) => encodeRfc3986(name).replaceAll("%2F", "/"),
  };
}

/** A whole number of at least 0, or undefined for an empty text. Throws  obs.InvalidArgument */
export function integerParameter(text: string, name: string): number | undefined {
  if (text === "") {
    return undefined;
  }
  if (!/^\d{1,9}$/.test(text)) {
    throw new ServiceError("obs.InvalidArgument", { name, reason: "it must be a whole number" });
  }
  return Number(text);
}
