import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { canonicalQuery, canonicalRequestHash, canonicalUri, encodeRfc3986, sha256Hex } from "./sdk-hmac-canonical.ts";

test("only the unreserved characters of RFC 3986 stay as they are", () => {
  assert.equal(encodeRfc3986("azAZ09-_.~"), "azAZ09-_.~");
  assert.equal(encodeRfc3986("!*'() /é"), "%21%2A%27%28%29%20%2F%C3%A9");
});

test("a path gets a trailing slash, and its segments are encoded once or twice", () => {
  assert.equal(canonicalUri("/", "decoded"), "/");
  assert.equal(canonicalUri("/v2/images", "decoded"), "/v2/images/");
  assert.equal(canonicalUri("/a%20b/c!/", "decoded"), "/a%20b/c%21/");
  assert.equal(canonicalUri("/a%20b/", "encoded"), "/a%2520b/");
});

test("a path that is not properly encoded stands for itself", () => {
  assert.equal(canonicalUri("/100%/%e9", "decoded"), "/100%25/%25e9/");
});

test("pairs of a query are sorted by name, then by value, and a name alone gets an empty value", () => {
  assert.equal(canonicalQuery("b=2&a=2&a=1&c&&=x"), "=x&a=1&a=2&b=2&c=");
  assert.equal(canonicalQuery("a=b=c"), "a=b%3Dc");
  assert.equal(canonicalQuery("platform=Oracle+Linux&x=%2B"), "platform=Oracle%20Linux&x=%2B");
  assert.equal(canonicalQuery(""), "");
});

test("the order in which a query was sent does not matter", () => {
  const pairs = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string()), { maxLength: 6 });
  fc.assert(
    fc.property(pairs, (list) => {
      const write = (some: readonly (readonly [string, string])[]) =>
        some.map(([name, value]) => `${encodeRfc3986(name)}=${encodeRfc3986(value)}`).join("&");
      assert.equal(canonicalQuery(write(list)), canonicalQuery(write(list.toReversed())));
    }),
  );
});

test("a canonical request is hashed line by line as the scheme says, values trimmed", () => {
  const parts = {
    method: "GET",
    uri: "/a/",
    query: "b=c",
    headers: { host: " h ", "x-sdk-date": "d" },
    signedHeaders: ["host", "x-sdk-date"],
    payloadHash: "p",
  };
  assert.equal(canonicalRequestHash(parts), sha256Hex("GET\n/a/\nb=c\nhost:h\nx-sdk-date:d\n\nhost;x-sdk-date\np"));
});
