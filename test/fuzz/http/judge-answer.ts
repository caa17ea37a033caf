import { CtsError } from "@tintype/contract/cts/cts-error.ts";
import { EpsError } from "@tintype/contract/eps/eps-error.ts";
import { IdentityErrorBody } from "@tintype/contract/identity/identity-error.ts";
import { ImageV2Error } from "@tintype/contract/image-v2/image-v2-error.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { KmsError } from "@tintype/contract/kms/kms-error.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { TmsError } from "@tintype/contract/tms/tms-error.ts";
import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import type { Answer } from "./exchange.ts";
import { framingHeaders } from "./http-call.ts";
import type { HttpCall } from "./http-call.ts";

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

/** What is wrong with an answer, in words; empty when it is as it should be. */
export function faultsOf(call: HttpCall, answer: Answer | undefined, secrets: readonly string[]): readonly string[] {
  if (answer === undefined) {
    return isUnreadable(call) ? [] : ["there was no answer"];
  }
  return [statusFault(answer), shapeFault(call, answer), leak(call, answer, secrets)].filter((fault) => fault !== undefined);
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

/** Whatever the caller did not say itself must not tell of what it may not see. */
function leak({ caller, target, headers, body }: HttpCall, { text }: Answer, secrets: readonly string[]): string | undefined {
  if (caller === "admin") {
    return undefined;
  }
  const asked = `${safelyDecoded(target)} ${headers.map(([, value]) => `${value} ${decodedMetadata(value)}`).join(" ")} ${body?.toString() ?? ""}`;
  const told = secrets.filter((secret) => text.includes(secret) && !asked.includes(secret));
  return told.length === 0 ? undefined : `it tells of what is hidden: ${told.join(", ")} in ${text.slice(0, 600)}`;
}

function safelyDecoded(target: string): string {
  return target.replace(/%([0-7][0-9a-f])/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Values of `Upload-Metadata` come back in words. */
function decodedMetadata(value: string): string {
  return value.split(/[ ,]/).map((part) => Buffer.from(part, "base64").toString()).join(" ");
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
    all.some(([name, value]) => name === "" || /[\u0000-\u0008\u000a-\u001f\u007f]/.test(value)) ||
    ["expect", "host", "transfer-encoding"].some((name) => all.filter(([other]) => other === name).length > 1) ||
    all.some(([name, value]) => (name === "expect" && value !== "100-continue") || (name === "host" && value === ""))
  );
}
