import assert from "node:assert/strict";
import { test } from "node:test";
import { signS3Get } from "./sign-s3-get.ts";

// The examples of AWS's "Authenticating Requests: Using the Authorization Header", with its public example keys.
const credentials = { accessKey: "AKIAIOSFODNN7EXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const examples = [
  {
    name: "an object's range",
    address: "https://examplebucket.s3.amazonaws.com/test.txt",
    headers: { range: "bytes=0-9" },
    names: "host;range;x-amz-content-sha256;x-amz-date",
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
  {
    name: "a query without a value",
    address: "https://examplebucket.s3.amazonaws.com/?lifecycle",
    headers: {},
    names: "host;x-amz-content-sha256;x-amz-date",
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  },
  {
    name: "a query of two",
    address: "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J",
    headers: {},
    names: "host;x-amz-content-sha256;x-amz-date",
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  },
];

for (const { name, address, headers, names, signature } of examples) {
  test(`the published signature comes out for ${name}`, () => {
    const request = { url: new URL(address), headers, region: "us-east-1", now: Date.UTC(2013, 4, 24) };
    const sent = signS3Get(request, credentials);
    assert.equal(
      sent.authorization,
      `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
    );
    assert.equal(sent["x-amz-date"], "20130524T000000Z");
  });
}

test("a session token is sent and signed; headers that proxies change are sent and not signed", () => {
  const request = { url: new URL("https://host/b/k"), headers: { "accept-encoding": "identity" }, region: "r", now: 0 };
  const sent = signS3Get(request, { ...credentials, sessionToken: "token" });
  assert.equal(sent["x-amz-security-token"], "token");
  assert.equal(sent["accept-encoding"], "identity");
  assert.match(sent.authorization ?? "", /SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/);
});
