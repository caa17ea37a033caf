import assert from "node:assert/strict";
import { test } from "node:test";
import { parseObsRequest } from "../obs-request.ts";
import { readHeaderClaim } from "./header-claim.ts";
import { readPresignedClaim } from "./presigned-claim.ts";
import { verifyClaim } from "./verify-claim.ts";

// The published examples: Amazon S3 API reference, "Examples: signature calculations in AWS Signature Version 4".
const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const credential = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
const signedAt = Date.parse("2013-05-24T00:00:00Z");
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

function signedRequest(method: string, target: string, headers: Readonly<Record<string, string>>, signature: string) {
  const all: Record<string, string> = { Host: "examplebucket.s3.amazonaws.com", "x-amz-date": "20130524T000000Z", ...headers };
  const names = Object.keys(all)
    .map((name) => name.toLowerCase())
    .sort();
  const authorization = `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${names.join(";")},Signature=${signature}`;
  return parseObsRequest({ method, target, rawHeaders: [...Object.entries(all).flat(), "Authorization", authorization] });
}

const published = [
  signedRequest(
    "GET",
    "/test.txt",
    { Range: "bytes=0-9", "x-amz-content-sha256": emptyHash },
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  ),
  signedRequest(
    "PUT",
    "/test$file.text",
    {
      Date: "Fri, 24 May 2013 00:00:00 GMT",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    },
    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  ),
  signedRequest(
    "GET",
    "/?lifecycle",
    { "x-amz-content-sha256": emptyHash },
    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  ),
  signedRequest(
    "GET",
    "/?max-keys=2&prefix=J",
    { "x-amz-content-sha256": emptyHash },
    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  ),
];

test("the published examples of signed requests verify", () => {
  for (const request of published) {
    verifyClaim(request, readHeaderClaim(request, signedAt), secret);
  }
});

test("a published example does not verify with another secret", () => {
  for (const request of published) {
    assert.throws(() => verifyClaim(request, readHeaderClaim(request, signedAt), `${secret}x`), { code: "obs.SignatureDoesNotMatch" });
  }
});

test("it does not matter how a path or a query is spelt on the wire", () => {
  const hash = { "x-amz-content-sha256": emptyHash };
  const same = [
    ["/?prefix=J&max-keys=2", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", hash],
    ["/?max-keys=%32&prefix=%4a", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7", hash],
    ["/?lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543", hash],
    ["/%74est.txt", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", { ...hash, Range: " bytes=0-9 " }],
  ] as const;
  for (const [target, signature, headers] of same) {
    const request = signedRequest("GET", target, headers, signature);
    verifyClaim(request, readHeaderClaim(request, signedAt), secret);
  }
});

test("a header of the dialect that was not signed is refused", () => {
  const [first] = published;
  assert.ok(first);
  const request = { ...first, headerNames: [...first.headerNames, "x-amz-copy-source"] };
  assert.throws(() => verifyClaim(request, readHeaderClaim(request, signedAt), secret), { code: "obs.AccessDenied.unsignedHeader" });
});

test("a request that was signed a quarter of an hour away is refused, in both directions", () => {
  const [request] = published;
  assert.ok(request);
  const quarter = 15 * 60 * 1000;
  for (const now of [signedAt - quarter, signedAt + quarter]) {
    readHeaderClaim(request, now);
  }
  for (const now of [signedAt - quarter - 1000, signedAt + quarter + 1000]) {
    assert.throws(() => readHeaderClaim(request, now), { code: "obs.RequestTimeTooSkewed" });
  }
});

test("an Authorization header that cannot be read is told as such", () => {
  const bad = (authorization: string, ...more: readonly string[]) =>
    parseObsRequest({ method: "GET", target: "/", rawHeaders: ["Host", "h", "Authorization", authorization, ...more] });
  const signature = "0".repeat(64);
  for (const authorization of [
    "AWS4-HMAC-SHA256",
    "AWS4-HMAC-SHA256 Credential=a/b/c",
    `AWS4-HMAC-SHA256 Credential=${credential.replace("/s3/", "/ec2/")},SignedHeaders=host,Signature=${signature}`,
    `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=range,Signature=${signature}`,
    `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=host,Signature=xyz`,
    `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=host,Signature=${signature}`,
  ]) {
    assert.throws(() => readHeaderClaim(bad(authorization), signedAt), { code: "obs.AuthorizationHeaderMalformed" }, authorization);
  }
  const dated = bad(
    `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=host,Signature=${signature}`,
    "Date",
    "Fri, 24 May 2013 00:00:00 GMT",
  );
  assert.throws(() => readHeaderClaim(dated, signedAt), { code: "obs.InvalidRequest" });
});

const presigned =
  "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
  "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
  "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
const get = (target: string, ...headers: readonly string[]) =>
  parseObsRequest({ method: "GET", target, rawHeaders: ["Host", "examplebucket.s3.amazonaws.com", ...headers] });

test("the published example of a presigned URL verifies, until it expires", () => {
  const day = 86_400_000;
  const request = get(presigned);
  verifyClaim(request, readPresignedClaim(request, signedAt + day), secret);
  assert.throws(() => readPresignedClaim(request, signedAt + day + 1), { code: "obs.AccessDenied.expired" });
  assert.throws(() => readPresignedClaim(request, signedAt - day), { code: "obs.AccessDenied.notYetValid" });
});

test("whoever carries a presigned URL can add nothing to it", () => {
  const added = get(`${presigned}&acl=`);
  assert.throws(() => verifyClaim(added, readPresignedClaim(added, signedAt), secret), { code: "obs.SignatureDoesNotMatch" });
  const header = get(presigned, "x-amz-meta-a", "b");
  assert.throws(() => verifyClaim(header, readPresignedClaim(header, signedAt), secret), { code: "obs.AccessDenied.unsignedHeader" });
  const hash = get(presigned, "x-amz-content-sha256", emptyHash);
  assert.throws(() => verifyClaim(hash, readPresignedClaim(hash, signedAt), secret), { code: "obs.SignatureDoesNotMatch" });
});

test("a presigned URL is valid for a week at most", () => {
  for (const expires of ["0", "604801", "-1", "1e3", "", "9999999"]) {
    const request = get(presigned.replace("86400", expires));
    assert.throws(() => readPresignedClaim(request, signedAt), { code: "obs.AuthorizationQueryParametersError" }, expires);
  }
});
