import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseObsRequest } from "../obs-request.ts";
import { canonicalRequest } from "./canonical-request.ts";

const parts = { signedHeaders: ["host"], payloadHash: "UNSIGNED-PAYLOAD" };

test("however a client escapes a path and orders a query, the canonical request is the same", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 12 });
  const escapeAll = (value: string) => Array.from(Buffer.from(value), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), fc.uniqueArray(fc.tuple(text, text)), (segments, query) => {
      const target = (escape: (value: string) => string, pairs: readonly (readonly [string, string])[]) =>
        `/${segments.map(escape).join("/")}?${pairs.map(([name, value]) => `${escape(name)}=${escape(value)}`).join("&")}`;
      const canonical = (spelt: string) =>
        canonicalRequest(parseObsRequest({ method: "GET", target: spelt, rawHeaders: ["Host", "h"] }), parts);
      assert.equal(canonical(target(escapeAll, query.toReversed())), canonical(target(encodeURIComponent, query)));
    }),
  );
});

test("parameters are sorted by name and then by value, header values are trimmed and joined", () => {
  const request = parseObsRequest({
    method: "PUT",
    target: "/b/a%20b//c?b=2&a&b=1&a-=%2b",
    rawHeaders: ["Host", "h", "X-Amz-Meta-A", "  one   two ", "x-amz-meta-a", "three"],
  });
  assert.equal(
    canonicalRequest(request, { signedHeaders: ["host", "x-amz-meta-a"], payloadHash: "hash" }),
    ["PUT", "/b/a%20b//c", "a=&a-=%2B&b=1&b=2", "host:h", "x-amz-meta-a:one two,three", "", "host;x-amz-meta-a", "hash"].join("\n"),
  );
});
