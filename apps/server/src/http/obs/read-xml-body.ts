import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Payload } from "../../buckets/payload.ts";
import { receivePayload } from "../../buckets/receive-payload.ts";
import type { ObsCall } from "./obs-call.ts";
import { parseXml } from "./xml/parse-xml.ts";
import type { XmlElement } from "./xml/parse-xml.ts";

/** Enough for 10,000 parts with checksums, or 1000 keys of 1 KiB in which every character is escaped. */
const limitBytes = 6 * 1024 * 1024;

/**
 * Reads a request's body as XML; undefined when it is empty.
 *
 * Memory  6 MiB of text, and the tree made of it
 * Throws  obs.MaxMessageLengthExceeded, obs.MalformedXML, what reading a payload throws
 */
export async function readXmlBody({ services }: ObsCall, payload: Payload, rootName: string): Promise<XmlElement | undefined> {
  if (payload.lengthBytes > limitBytes) {
    throw new ServiceError("obs.MaxMessageLengthExceeded", { limitBytes });
  }
  const pieces: Uint8Array[] = [];
  await receivePayload(services.digests, payload, async (_offset, bytes) => void pieces.push(new Uint8Array(bytes)));
  const text = Buffer.concat(pieces).toString("utf8");
  return text.trim() === "" ? undefined : parseXml(text, rootName);
}
