import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzHttp } from "../fuzz/http/fuzz-http.ts";

for (const seed of [11, 12, 13, 14, 15, 16]) {
  test(`whatever comes is answered, by the words of a client's fault, and never by a failure (seed ${seed})`, async () => {
    const { findings } = await fuzzHttp({ seed, calls: 1000 });
    assert.deepEqual(findings, []);
  });
}
