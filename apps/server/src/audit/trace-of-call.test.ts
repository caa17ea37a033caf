import assert from "node:assert/strict";
import { test } from "node:test";
import type { DomainId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { principalOf } from "../testing/transfer-world.ts";
import { resourceOfCall } from "./resource-of-call.ts";
import { traceOfCall } from "./trace-of-call.ts";
import type { AnsweredCall } from "./traced-call.ts";

function aCall(fields: Partial<AnsweredCall> = {}): AnsweredCall {
  return {
    words: { service: "IMS", resourceType: "image", name: "updateImage" },
    traced: undefined,
    principal: principalOf("p", "member"),
    accessKeyId: undefined,
    method: "PATCH",
    path: "/v2/images/i",
    pathParameters: { image_id: "i" },
    body: undefined,
    answer: undefined,
    status: 200,
    sourceIp: "192.0.2.1",
    requestId: "req-1",
    ...fields,
  };
}

const traceOf = (fields: Partial<AnsweredCall>) => {
  const call = aCall(fields);
  return traceOfCall(call, { id: "t", at: 5, resource: resourceOfCall(call) });
};

test("the rating tells what was done, refused and failed", () => {
  assert.deepEqual(
    [200, 204, 300, 400, 404, 499, 500, 503].map((status) => traceOf({ status }).rating),
    ["normal", "normal", "normal", "warning", "warning", "warning", "incident", "incident"],
  );
});

test("the code of a refusal is found in the shape of every family", () => {
  for (const [answer, code] of [
    [{ error: { code: "IMG.0035", message: "" } }, "IMG.0035"],
    [{ error: { code: 401, title: "Unauthorized", message: "" } }, "401"],
    [{ error: { error_code: "KMS.0307", error_msg: "" } }, "KMS.0307"],
    [{ error_code: "CTS.0012", error_msg: "" }, "CTS.0012"],
    [{ type: "about:blank", code: "api.jobEnded" }, "api.jobEnded"],
    [undefined, ""],
    [{ error: null }, ""],
  ] as const) {
    assert.equal(traceOf({ status: 400, answer }).errorCode, code);
  }
  assert.equal(traceOf({ status: 200, answer: { code: "x" } }).errorCode, "");
});

test("the resource is what the handler says, else what the path names, else what body or answer call an id", () => {
  const idOf = (fields: Partial<AnsweredCall>) => traceOf(fields).resourceId;
  const nowhere = { pathParameters: { project_id: "p" } };
  assert.equal(idOf({ traced: { resourceId: "said" } }), "said");
  assert.equal(idOf({ pathParameters: { project_id: "p", image_id: "i", member_id: "m" } }), "i");
  assert.equal(idOf({ ...nowhere, body: { key_id: "k" } }), "k");
  assert.equal(idOf({ ...nowhere, body: { images: ["a", "b"], projects: ["x"] } }), "a,b");
  assert.equal(idOf({ ...nowhere, answer: { id: "new" } }), "new");
  assert.equal(idOf({ ...nowhere, answer: { key_info: { key_id: "k" } } }), "k");
  assert.equal(idOf({ ...nowhere, answer: { user: { id: "u" } } }), "u");
  assert.equal(idOf({ ...nowhere, body: "text", answer: "text" }), "");
  assert.equal(idOf({ ...nowhere, body: [{ id: "x" }], answer: { id: 7 } }), "");
});

test("a name is that of the resource: not that of the copy which is asked of it", () => {
  assert.equal(traceOf({ answer: { id: "i", name: "shown" }, body: { name: "asked" } }).resourceName, "shown");
  assert.equal(traceOf({ answer: { job_id: "j" }, body: { name: "copy" } }).resourceName, "");
  assert.equal(traceOf({ pathParameters: {}, body: { name: "new" }, answer: { job_id: "j" } }).resourceName, "new");
});

test("a user that acts as an agency is shown as itself, with the agency", () => {
  const actor = { agencyId: "a", userId: "u", userName: "user", domainId: "d2" as DomainId, domainName: "theirs" };
  // The ids are what such a principal carries.
  const principal = { ...principalOf("p"), userName: "agency", actor } as unknown as Principal;
  const { user } = traceOf({ principal, accessKeyId: "AK" });
  assert.deepEqual(user, { id: "u", name: "user", domainId: "d2", domainName: "theirs", agency: "agency", accessKeyId: "AK" });
});

test("a call of nobody known belongs to no project", () => {
  const trace = traceOf({ principal: undefined, status: 401 });
  assert.deepEqual([trace.projectId, trace.user], [undefined, undefined]);
});

test("who calls without credentials but a password is who the handler says", () => {
  const trace = traceOf({ principal: undefined, traced: { principal: principalOf("p") } });
  assert.deepEqual([trace.projectId, trace.user?.name], ["p", "user of p"]);
});

test("a body that nobody parsed is parsed, and one that is no JSON is not kept", () => {
  assert.equal(traceOf({ body: '{"name":"x","password":"hunter2"}' }).request, '{"name":"x","password":"[secret]"}');
  assert.equal(traceOf({ body: '{"password":"hunter2"' }).request, '{"unreadCharacters":21}');
  assert.equal(traceOf({ body: '"hunter2"' }).request, '{"unreadCharacters":9}');
  assert.equal(traceOf({ body: " ".repeat(70_000) }).request, '{"unreadCharacters":70000}');
  assert.equal(traceOf({ body: undefined, answer: null }).request, "");
});

test("addresses and versions are told plainly, and what is no address is not told", () => {
  assert.equal(traceOf({ sourceIp: "::ffff:192.0.2.7" }).sourceIp, "192.0.2.7");
  assert.equal(traceOf({ sourceIp: "2001:db8::1" }).sourceIp, "2001:db8::1");
  assert.equal(traceOf({ sourceIp: "<script>" }).sourceIp, "");
  for (const [path, version] of [
    ["/v2.1/cloudimages/action", "v2.1"],
    ["/v1.0/p/kms/create-key", "v1.0"],
    ["/api/v1/jobs", "v1"],
    ["/elsewhere", ""],
  ] as const) {
    assert.equal(traceOf({ path }).apiVersion, version);
  }
});

test("nothing grows with what a client sends", () => {
  const long = "\u0007n".repeat(50_000);
  const trace = traceOf({
    path: `/v2/images/${long}`,
    pathParameters: { image_id: long },
    body: { name: long, list: Array.from({ length: 1_000 }, () => long) },
    answer: { name: long, error: { code: long } },
    status: 400,
    requestId: long,
    accessKeyId: long,
  });
  assert.ok(Buffer.byteLength(JSON.stringify(trace)) < 16 * 1024);
});
