import assert from "node:assert/strict";
import { test } from "node:test";
import { readApiError } from "./api-error.ts";

async function read(body: string, init: ResponseInit = {}) {
  const { status, code, message, requestId, request } = await readApiError(new Response(body, { status: 400, ...init }), "GET /x");
  return { status, code, message, requestId, request };
}

const shapes: readonly [string, string, object][] = [
  ["IMS", '{"error":{"code":"IMG.0144","message":"There is no such image."}}', { code: "IMG.0144", message: "There is no such image." }],
  [
    "Keystone",
    '{"error":{"code":401,"message":"Wrong password.","title":"Unauthorized"}}',
    { code: "Unauthorized", message: "Wrong password." },
  ],
  [
    "the gateway",
    '{"error_code":"APIGW.0301","error_msg":"Incorrect signature.","request_id":"r7"}',
    { code: "APIGW.0301", message: "Incorrect signature.", requestId: "r7" },
  ],
  [
    "S3",
    '<?xml version="1.0"?>\n<Error><Code>NoSuchKey</Code><Message>No &quot;a&amp;b&quot;.</Message><RequestId>r8</RequestId></Error>',
    { code: "NoSuchKey", message: 'No "a&b".', requestId: "r8" },
  ],
  [
    "RFC 9457",
    '{"type":"about:blank","title":"Not Found","status":404,"detail":"No such job.","code":"job.notFound"}',
    { code: "job.notFound", message: "No such job." },
  ],
  ["RFC 9457 without a code", '{"title":"Not Found","detail":"No such job."}', { code: "Not Found", message: "No such job." }],
  ["flat", '{"code":"X.1","message":"m"}', { code: "X.1", message: "m" }],
];

for (const [name, body, expected] of shapes) {
  test(`a refusal in the shape of ${name} is understood`, async () => {
    const { code, message, requestId } = await read(body);
    assert.deepEqual({ code, message, requestId }, { requestId: undefined, ...expected });
  });
}

test("the request id of the header counts, and the request is told", async () => {
  const error = await read('{"error":{"code":"IMG.0144","message":"m"}}', { headers: { "x-request-id": "r1" } });
  assert.equal(error.requestId, "r1");
  assert.equal(error.request, "GET /x");
});

test("what no part of the service wrote is told by its status and its first line", async () => {
  assert.deepEqual(await read("<html><h1>Bad Gateway</h1>\n<p>nginx</p></html>", { status: 502 }), {
    status: 502,
    code: "HTTP 502",
    message: "The service answered 502: Bad Gateway",
    requestId: undefined,
    request: "GET /x",
  });
  assert.equal((await read("", { status: 503, statusText: "" })).message, "The service answered 503 without a word.");
  assert.equal((await read("[1]")).code, "HTTP 400");
  assert.equal((await read("{oops")).code, "HTTP 400");
});

test("a refusal without end is read only as far as an honest one goes", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled += 1;
      controller.enqueue(new Uint8Array(16 * 1024).fill(120));
    },
  });
  const error = await readApiError(new Response(endless, { status: 500 }), "GET /x");
  assert.equal(error.message.length < 300, true);
  assert.ok(pulled < 10);
});
