import { isIP } from "node:net";
import type { Principal } from "../ports/principal.ts";
import type { TraceRating, TraceRecord, TraceUser } from "../ports/trace-catalog.ts";
import { boundedJson } from "./bounded-json.ts";
import { cleanText } from "./clean-text.ts";
import type { CallResource } from "./resource-of-call.ts";
import type { AnsweredCall } from "./traced-call.ts";

/** Bytes of a request or answer that a trace keeps. */
export const keptBodyBytes = 4096;
const longestWord = 256;
/** Bodies that nobody parsed are parsed for their trace up to this length; longer ones are told by their length alone. */
const longestParsedText = 64 * 1024;

/** A call as a trace; `resource` is what it was about. Nothing in it is longer than its bound, and no secret is in it. */
export function traceOfCall(call: AnsweredCall, { id, at, resource }: { id: string; at: number; resource: CallResource }): TraceRecord {
  const principal = call.principal ?? call.traced?.principal;
  return {
    id,
    at,
    kind: "call",
    projectId: principal?.project?.id,
    rating: ratingOf(call.status),
    ...call.words,
    resourceId: cleanText(resource.id, longestWord),
    resourceName: cleanText(resource.name, longestWord),
    jobId: resource.jobId === undefined ? undefined : cleanText(resource.jobId, longestWord),
    user: principal && userOf(principal, call.accessKeyId),
    sourceIp: plainAddress(call.sourceIp),
    status: call.status,
    errorCode: call.status < 400 ? "" : cleanText(errorCodeOf(call.answer), longestWord),
    request: keptBody(call.body),
    response: keptBody(call.answer),
    message: "",
    requestId: cleanText(call.requestId, longestWord),
    apiVersion: versionOf(call.path),
    location: cleanText(`${call.method} ${call.path}`, longestWord * 2),
  };
}

function ratingOf(status: number): TraceRating {
  if (status >= 500) {
    return "incident";
  }
  return status >= 400 ? "warning" : "normal";
}

/** Who really acted: the user, also when it acted as an agency. */
function userOf({ userId, userName, domainId, domainName, actor }: Principal, accessKeyId: string | undefined): TraceUser {
  const user =
    actor === undefined
      ? { id: userId, name: userName, domainId, domainName }
      : { id: actor.userId, name: actor.userName, domainId: actor.domainId, domainName: actor.domainName, agency: userName };
  return { ...user, ...(accessKeyId !== undefined && { accessKeyId: cleanText(accessKeyId, longestWord) }) };
}

/** A body as JSON; empty when there is none. */
function keptBody(body: unknown): string {
  if (body === undefined || body === null || body === "") {
    return "";
  }
  if (typeof body !== "string") {
    return boundedJson(body, keptBodyBytes);
  }
  const parsed = parseText(body);
  // A text that is no JSON cannot be told from its secrets.
  return boundedJson(parsed === undefined ? { unreadCharacters: body.length } : parsed, keptBodyBytes);
}

function parseText(text: string): unknown {
  if (text.length > longestParsedText) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

/** As each family of the API names its refusals. */
function errorCodeOf(answer: unknown): string {
  for (const object of [memberOf(answer, "error"), answer]) {
    const code = memberOf(object, "code") ?? memberOf(object, "error_code");
    if (typeof code === "string" || typeof code === "number") {
      return String(code);
    }
  }
  return "";
}

function memberOf(value: unknown, field: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined;
}

/** An IPv4 address that came through an IPv6 socket is shown as what it is; what is no address (a proxy may say anything) is not shown. */
function plainAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  return isIP(plain) === 0 ? "" : plain;
}

function versionOf(path: string): string {
  const [, version = ""] = /^\/(?:(?:api|image)\/)?(v\d{1,3}(?:\.\d{1,3})?)(?:\/|$)/.exec(path) ?? [];
  return version;
}
