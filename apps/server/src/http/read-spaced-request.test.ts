import assert from "node:assert/strict";
import { test } from "node:test";
import { readSpacedRequest } from "./read-spaced-request.ts";

const read = (text: string) => readSpacedRequest(Buffer.from(text, "latin1"));

test("a list whose query holds spaces is read with the spaces escaped", () => {
  assert.deepEqual(read("GET /v2/cloudimages?a=Oracle Linux 7&b=c HTTP/1.1\r\nHost: x:1\r\nX-Auth-Token:  t \r\n\r\n"), {
    method: "GET",
    url: "/v2/cloudimages?a=Oracle%20Linux%207&b=c",
    headers: { host: "x:1", "x-auth-token": "t" },
  });
  assert.equal(read("GET /v2/images?a=b c HTTP/1.1\r\n\r\n")?.url, "/v2/images?a=b%20c");
});

for (const [title, text] of [
  ["a query without a space", "GET /v2/cloudimages?a=b HTTP/1.1\r\n\r\n"],
  ["another path", "GET /api/v1/images/i/content?a=b c HTTP/1.1\r\n\r\n"],
  ["a space in the path", "GET /v2/cloud images?a=b HTTP/1.1\r\n\r\n"],
  ["another method", "DELETE /v2/images?a=b c HTTP/1.1\r\n\r\n"],
  ["another version of HTTP", "GET /v2/images?a=b c HTTP/1.0\r\n\r\n"],
  ["headers that have not come whole", "GET /v2/images?a=b c HTTP/1.1\r\nHost: x\r\n"],
  ["what comes behind", "GET /v2/images?a=b c HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"],
  ["a body", "GET /v2/images?a=b c HTTP/1.1\r\nContent-Length: 2\r\n\r\n"],
  ["a body in pieces", "GET /v2/images?a=b c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["a header twice", "GET /v2/images?a=b c HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n"],
  ["a header over two lines", "GET /v2/images?a=b c HTTP/1.1\r\nHost: x\r\n y\r\n\r\n"],
  ["a header without a name", "GET /v2/images?a=b c HTTP/1.1\r\n: x\r\n\r\n"],
  ["a bare line feed", "GET /v2/images?a=b c HTTP/1.1\nHost: x\r\n\r\n"],
  ["bytes that are no text", "GET /v2/images?a=b \xff HTTP/1.1\r\n\r\n"],
  ["nothing", ""],
] as const) {
  test(`${title} is not such a request`, () => {
    assert.equal(read(text), undefined);
  });
}
