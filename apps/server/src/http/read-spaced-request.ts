/** A request without a body. */
interface PlainRequest {
  readonly method: "GET";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const requestLine = /^GET (\/v2\/(?:cloudimages|images)\?[\x20-\x7e]* [\x20-\x7e]*) HTTP\/1\.1$/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e]*)$/;

/**
 * Reads a list of images whose query holds spaces as they are, which HTTP forbids: `GET /v2/cloudimages?__platform=Oracle Linux`. Undefined
 * for all else, for a request that has not come whole, and for one with a body or with a header twice: nothing is guessed.
 */
export function readSpacedRequest(bytes: Uint8Array): PlainRequest | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end < 0 || end + 4 < text.length) {
    return undefined;
  }
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const [, url] = requestLine.exec(first) ?? [];
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, name, value] = headerLine.exec(line) ?? [];
    if (name === undefined || value === undefined || Object.hasOwn(headers, name.toLowerCase())) {
      return undefined;
    }
    headers[name.toLowerCase()] = value.trimEnd();
  }
  const hasBody = "transfer-encoding" in headers || (headers["content-length"] ?? "0") !== "0";
  return url === undefined || hasBody ? undefined : { method: "GET", url: url.replaceAll(" ", "%20"), headers };
}
