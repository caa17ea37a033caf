import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "../fuzz/http/exchange.ts";
import { fuzzHttp } from "../fuzz/http/fuzz-http.ts";
import type { HttpCall } from "../fuzz/http/http-call.ts";
import { faultsOf } from "../fuzz/http/judge-answer.ts";

for (const seed of [1, 2]) {
  test(`odd calls of every dialect are refused in its words, change nothing and tell nothing of others (seed ${seed})`, async () => {
    const { findings, answers } = await fuzzHttp({ seed, calls: 500 });
    assert.deepEqual(findings, []);
    const statuses = new Set([...answers.keys()].map((name) => name.split(": ").at(-1)));
    assert.ok(
      ["200", "201", "204", "400", "401", "403", "404"].every((status) => statuses.has(status)),
      [...statuses].join(" "),
    );
  });
}

const call: HttpCall = {
  server: "api",
  method: "GET",
  target: "/v2/images/x",
  isElsewhere: false,
  headers: [],
  body: undefined,
  framing: "plain",
  caller: "demo",
  operation: "GET /v2/images/:image_id",
  faults: [],
};

function answered(status: number, body: string, type = "application/json"): Answer {
  return { status, headers: new Map([["content-type", type]]), body: Buffer.from(body), text: body };
}

test("failures, refusals in other shapes, silence and what is hidden are found", () => {
  const refusal = '{"error":{"code":"IMG.0027","message":"There is none."}}';
  const found = (answer: Answer | undefined, of: Partial<HttpCall> = {}): string =>
    faultsOf({ ...call, ...of }, answer, { secrets: ["secret-7"] })
      .map((fault) => fault.split(":")[0])
      .join("; ");
  assert.equal(found(answered(404, refusal)), "");
  assert.equal(found(answered(500, refusal)), "the service failed");
  assert.equal(found(answered(404, refusal), { operation: "GET /api/v1/jobs" }), "a refusal in a shape of another family");
  assert.equal(found(answered(404, "none", "text/plain")), "a refusal that is no JSON");
  assert.equal(found(answered(404, refusal), { server: "obs" }), "a refusal in another shape than S3's");
  assert.equal(found(answered(200, '{"name":"secret-7"}')), "it tells of what is hidden");
  assert.equal(found(answered(200, '{"name":"secret-7"}'), { caller: "admin" }), "");
  assert.equal(found(undefined), "there was no answer, or no whole one");
  assert.equal(found(undefined, { framing: "negative", body: Buffer.from("x") }), "");
});
