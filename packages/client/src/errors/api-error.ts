import { isJsonObject, jsonObject, numberOf, textOf } from "../http/json-object.ts";
import type { JsonObject } from "../http/json-object.ts";
import { readText } from "../http/read-text.ts";
import { xmlElements, xmlText } from "../http/read-xml.ts";

/** What a refusal says, whatever dialect it came in. */
interface Refusal {
  /** Stable code: `IMG.0144`, `NoSuchKey`, `Unauthorized`, or `HTTP 502` when the answer carries none. */
  readonly code: string;
  readonly message: string;
  readonly requestId: string | undefined;
}

/** The service answered, and said no. */
export class ApiError extends Error implements Refusal {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  /** What was asked, e.g. `GET /v2/cloudimages`. */
  readonly request: string;

  constructor(refusal: Refusal, status: number, request: string) {
    super(refusal.message);
    this.status = status;
    this.code = refusal.code;
    this.requestId = refusal.requestId;
    this.request = request;
  }
}

/** More than any honest refusal needs. */
const MAX_REFUSAL_BYTES = 64 * 1024;

/** Turns an answer that is no success into the one error, and uses up its body. */
export async function readApiError(response: Response, request: string): Promise<ApiError> {
  const body = await readText(response, MAX_REFUSAL_BYTES);
  const refusal = parseRefusal(body);
  const header = response.headers.get("x-request-id") ?? response.headers.get("x-amz-request-id") ?? undefined;
  return new ApiError(
    {
      code: refusal.code ?? `HTTP ${response.status}`,
      message: refusal.message ?? plainMessage(response, body),
      requestId: header ?? refusal.requestId,
    },
    response.status,
    request,
  );
}

type Partly<T> = { readonly [K in keyof T]?: T[K] | undefined };

function parseRefusal(body: string): Partly<Refusal> {
  const start = body.trimStart();
  if (start.startsWith("<")) {
    const [error] = xmlElements(start, "Error");
    return error === undefined
      ? {}
      : { code: xmlText(error, "Code"), message: xmlText(error, "Message"), requestId: xmlText(error, "RequestId") };
  }
  try {
    return parseJsonRefusal(jsonObject(JSON.parse(start)));
  } catch (error) {
    if (error instanceof SyntaxError) {
      return {};
    }
    throw error;
  }
}

/**
 * IMS `{error:{code,message}}`, Keystone `{error:{code:401,title,message}}`, gateway `{error_code,error_msg}`,
 * RFC 9457 `{title,detail,code}` and plain `{code,message}`, in one.
 */
function parseJsonRefusal(json: JsonObject): Partly<Refusal> {
  const error = isJsonObject(json["error"]) ? json["error"] : json;
  return {
    code: textOf(error, "code") ?? textOf(error, "error_code") ?? textOf(error, "title") ?? numberOf(error, "code")?.toString(),
    message: textOf(error, "message") ?? textOf(error, "error_msg") ?? textOf(error, "detail") ?? textOf(error, "title"),
    requestId: textOf(error, "request_id") ?? textOf(error, "requestId"),
  };
}

/** For answers that no part of the service wrote: a proxy's page, an empty body. */
function plainMessage(response: Response, body: string): string {
  const firstLine =
    body
      .replace(/<[^>]*>/g, " ")
      .trim()
      .split(/\s*[\r\n]+\s*/)[0] ?? "";
  const said = firstLine === "" ? response.statusText : firstLine.slice(0, 200);
  return said === "" ? `The service answered ${response.status} without a word.` : `The service answered ${response.status}: ${said}`;
}
