import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { parseObsRequest } from "./obs-request.ts";
import { readObsClaim, verifyObsSignature } from "./obs-signature.ts";

const now = Date.parse("Sat, 12 Oct 2026 08:12:38 GMT");
const date = new Date(now).toUTCString();
const signer = { secret: "secret", now };
const signatureOf = (text: string) => createHmac("sha1", "secret").update(text).digest("base64");

function request(method: string, target: string, headers: Readonly<Record<string, string>>) {
  return parseObsRequest({ method, target, rawHeaders: ["Host", "h", ...Object.entries(headers).flat()] });
}

test("requests signed as the OBS documentation says verify", () => {
  for (const [text, signed] of [
    [`GET\n\n\n${date}\n/bucket/object.txt`, request("GET", "/bucket/object.txt", { Date: date })],
    [`GET\n\n\n${date}\n/`, request("GET", "/", { Date: date })],
    [`GET\n\n\n${date}\n/bucket/?acl`, request("GET", "/bucket/?prefix=x&acl", { Date: date })],
    [
      `PUT\nmd5\ntext/plain\n${date}\nx-obs-acl:private\nx-obs-meta-a:b,c\n/bucket/a%20b/c?partNumber=2&uploadId=u`,
      request("PUT", "/bucket/a%20b/c?uploadId=u&partNumber=2", {
        Date: date,
        "Content-MD5": "md5",
        "Content-Type": "text/plain",
        "X-Obs-Meta-A": " b",
        "x-obs-acl": "private",
        "x-obs-meta-a": "c",
      }),
    ],
    [`PUT\n\n\n\nx-obs-date:${date}\n/bucket/o`, request("PUT", "/bucket/o", { Date: "another", "x-obs-date": date })],
  ] as const) {
    verifyObsSignature(signed, signatureOf(text), signer);
    assert.throws(() => verifyObsSignature(signed, signatureOf(`${text}x`), signer), { code: "obs.SignatureDoesNotMatch" });
  }
});

test("a date that is far off, or none, is refused", () => {
  const other = new Date(now - 16 * 60 * 1000).toUTCString();
  assert.throws(() => verifyObsSignature(request("GET", "/b/o", { Date: other }), "", signer), { code: "obs.RequestTimeTooSkewed" });
  assert.throws(() => verifyObsSignature(request("GET", "/b/o", {}), "", signer), { code: "obs.AuthorizationHeaderMalformed" });
});

test("the header names the access key and the signature", () => {
  assert.deepEqual(readObsClaim(request("GET", "/", { Authorization: "OBS AK:sig=" })), { access: "AK", signature: "sig=" });
  for (const authorization of ["OBS", "OBS AK", "OBS :sig", "OBS AK sig"]) {
    assert.throws(() => readObsClaim(request("GET", "/", { Authorization: authorization })), { code: "obs.AuthorizationHeaderMalformed" });
  }
});
