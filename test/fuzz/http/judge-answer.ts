import { CtsError } from "@tintype/contract/cts/cts-error.ts";
import { EpsError } from "@tintype/contract/eps/eps-error.ts";
import { IdentityErrorBody } from "@tintype/contract/identity/identity-error.ts";
import { ImageV2Error } from "@tintype/contract/image-v2/image-v2-error.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { KmsError } from "@tintype/contract/kms/kms-error.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { TmsError } from "@tintype/contract/tms/tms-error.ts";
import { parseXml } from "@tintype/server/http/obs/xml/parse-xml.ts";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import type { Answer } from "./exchange.ts";
import { framingHeaders } from "./http-call.ts";
import type { HttpCall } from "./http-call.ts";
import type { Operation } from "./operations.ts";

/** How each family words a refusal, by its addresses; refused credentials have Keystone's shape in most. */
const shapes: readonly (readonly [RegExp, readonly TSchema[]])[] = [
  [/^\/v3\/:project_id\//, [CtsError, IdentityErrorBody]],
  [/^\/v3/, [IdentityErrorBody]],
  [/^\/v1\.0\/:project_id\/kms/, [KmsError, IdentityErrorBody]],
  [/^\/v1\.0\/enterprise-projects/, [EpsError, IdentityErrorBody]],
  [/^\/v1\.0\//, [TmsError, IdentityErrorBody]],
  [/^\/image/, [ImageV2Error]],
  [/^\/(?:api|healthz|readyz|metrics|openapi)/, [ProblemBody]],
  // Whatever stands there is a version, or nothing that any family knows.
  [/^\/:version$/, [ImsError, ProblemBody]],
  [/^\//, [ImsError, IdentityErrorBody]],
];
const anyShape = [...new Set(shapes.flatMap(([, some]) => some))];

/** What an answer is held to besides being one. */
export interface Expected {
  /** What no caller has said so far, and may not hear. */
  readonly secrets: readonly string[];
  /** The schemas of the operation's answers, by status. */
  readonly answers?: Operation["answers"] | undefined;
}

/** What is wrong with an answer, in words; empty when it is as it should be. */
export function faultsOf(call: HttpCall, answer: Answer | undefined, { secrets, answers }: Expected): readonly string[] {
  if (answer === undefined) {
    return isUnreadable(call) ? [] : ["there was no answer, or no whole one"];
  }
  return [statusFault(answer), shapeFault(call, answer), contentFault(call, answer, answers), leak(call, answer, secrets)].filter(
    (fault) => fault !== undefined,
  );
}

function statusFault({ status, body }: Answer): string | undefined {
  return status >= 500 && status !== 501 ? `the service failed: ${status} ${body.toString().slice(0, 300)}` : undefined;
}

function shapeFault(call: HttpCall, { status, headers, body }: Answer): string | undefined {
  if (status < 400 || call.method === "HEAD" || call.operation.startsWith("HEAD ")) {
    return undefined;
  }
  if (body.length === 0 && isUnreadable(call)) {
    return undefined;
  }
  const type = headers.get("content-type") ?? "none";
  const shown = `${status} ${type} ${body.toString().slice(0, 300)}`;
  if (call.server === "obs") {
    const isError = status === 304 || /<Error>.*<Code>[\w.]+<\/Code><Message>.+<\/Message>.*<RequestId>/s.test(body.toString());
    return isError && type.includes("xml") ? undefined : `a refusal in another shape than S3's: ${shown}`;
  }
  if (!type.includes("json")) {
    return `a refusal that is no JSON: ${shown}`;
  }
  const path = call.operation.split(" ")[1] ?? "";
  const allowed = call.isElsewhere ? anyShape : (shapes.find(([form]) => form.test(path))?.[1] ?? []);
  const told: unknown = JSON.parse(body.toString());
  return allowed.some((schema) => Value.Check(schema, told)) ? undefined : `a refusal in a shape of another family: ${shown}`;
}

/** What is told must be as the documents say. */
function contentFault(call: HttpCall, { status, headers, body }: Answer, answers: Expected["answers"]): string | undefined {
  if (call.server === "obs" && headers.get("content-type")?.includes("xml") === true && body.length > 0 && status < 300) {
    return xmlFault(body.toString());
  }
  const schema = answers?.[status];
  const isJson = headers.get("content-type")?.includes("json") === true;
  if (schema === undefined || status >= 300 || body.length === 0 || call.isElsewhere || !isJson) {
    return undefined;
  }
  const told: unknown = JSON.parse(body.toString());
  const [first] = Value.Check(schema, told) ? [] : Value.Errors(schema, told);
  return first && `an answer that is not as its schema says, at ${first.instancePath} ${first.message}: ${body.toString().slice(0, 1500)}`;
}

/** Whether somebody who reads XML can read it. */
function xmlFault(text: string): string | undefined {
  const [, root = ""] = /^(?:<\?.*?\?>\s*)?<([\w:]+)/.exec(text) ?? [];
  try {
    parseXml(text, root);
  } catch (error) {
    return `an answer that is no XML (${String(error)}): ${text.slice(0, 1000)}`;
  }
  // References to such characters are what S3 writes too: whoever has them in its keys asks for encoding-type=url.
  return /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text)
    ? `an answer with characters that XML has not: ${text.slice(0, 1000)}`
    : undefined;
}

/** What nobody has ever said cannot be told to those who may not see it. */
function leak({ caller }: HttpCall, { text }: Answer, secrets: readonly string[]): string | undefined {
  const told = caller === "admin" ? [] : secrets.filter((secret) => text.includes(secret));
  return told.length === 0 ? undefined : `it tells of what is hidden: ${told.join(", ")} in ${text.slice(0, 600)}`;
}

/** All that a call says, as it is read: what may come back to whoever hears of it. */
export function saidIn({ target, headers, body }: HttpCall): string {
  const readPath = target.replaceAll(/%([0-7][0-9a-f])/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const values = headers.map(([, value]) => value);
  const metadata = values.flatMap((value) => value.split(/[ ,]/)).map((part) => Buffer.from(part, "base64").toString());
  return [readPath, ...values, ...metadata, body?.toString() ?? ""].join(" ");
}

const longestHead = 16 * 1024;
const httpMethods = /^[A-Z]+$/;

/** Tells whether a request is broken as HTTP, so that whatever reads it may refuse it without a word, or end the connection. */
export function isUnreadable(call: HttpCall): boolean {
  const { method, target, headers, framing } = call;
  const all = [...headers, ...framingHeaders(call)];
  const headLength = target.length + all.reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
  return (
    !["plain", "chunked"].includes(framing) ||
    headLength > longestHead ||
    !httpMethods.test(method) ||
    method === "BREW" ||
    /[^\u0021-\u007e]/.test(target) ||
    !target.startsWith("/") ||
    all.some(([name, value]) => name === "" || /[^\t -~\u0080-\u00ff]/.test(value)) ||
    ["expect", "host", "transfer-encoding"].some((name) => all.filter(([other]) => other === name).length > 1) ||
    all.some(([name, value]) => (name === "expect" && value !== "100-continue") || (name === "host" && value === ""))
  );
}
