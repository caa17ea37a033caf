import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { ApiError } from "@tintype/client/errors/api-error.ts";
import { ChecksumError } from "@tintype/client/errors/checksum-error.ts";
import { ConnectionError } from "@tintype/client/errors/connection-error.ts";
import { DiskError } from "@tintype/disk/core/disk-error.ts";
import { CancelledError, JobFailedError, RefusedError, UsageError } from "./command-errors.ts";
import { describeError } from "./describe-error.ts";
import { exitCodeOf } from "./exit-codes.ts";

const refused = new ConnectionError("http://127.0.0.1:9292", Object.assign(new Error("connect"), { code: "ECONNREFUSED" }));
const missing = await readFile("/no/such/file").catch((error: unknown) => error);

function apiError(status: number, code: string): ApiError {
  return new ApiError({ code, message: "Said so.", requestId: "r1" }, status, "GET /x");
}

const cases: readonly [string, unknown, RegExp, number][] = [
  ["a refusal", apiError(400, "IMG.0057"), /^Error: Said so\. \[IMG\.0057, request r1\]$/, 1],
  ["an image that is not there", apiError(400, "IMG.0027"), /Said so/, 3],
  ["an answer 404", apiError(404, "api.jobNotFound"), /Said so/, 3],
  ["a wrong password", apiError(401, "Unauthorized"), /Said so/, 4],
  ["a missing role", apiError(403, "IMG.0026"), /Said so/, 4],
  ["a full quota", apiError(400, "IMG.0015"), /Said so/, 5],
  ["a full quota, told by the Image API", apiError(413, "413 Payload Too Large"), /Said so/, 5],
  ["a quota of content", apiError(413, "image.quotaFull"), /Said so/, 5],
  ["too many uploads", apiError(403, "tus.tooManyUploads"), /Said so/, 5],
  ["a file that is too large", apiError(413, "tus.tooLarge"), /Said so/, 1],
  [
    "a full quota that was seen before",
    new RefusedError([
      { rule: "imageQuota", requirement: "R-215", code: "IMG.0015", sentence: "Full.", remedy: "Delete one." },
      { rule: "fileSize", requirement: "R-090", code: "IMG.0059", sentence: "Large.", remedy: "Make it smaller." },
    ]),
    /^Error: Full\. Delete one\. \[IMG\.0015\] Large\. Make it smaller\. \[IMG\.0059\]$/,
    5,
  ],
  ["changed bytes", new ChecksumError("Part 1 differs."), /^Error: Part 1 differs\. Run the command again/, 6],
  [
    "a service that is not there",
    refused,
    /^Error: http:\/\/127\.0\.0\.1:9292 refuses connections: nothing listens there\. Start the server with "tintype serve"/,
    1,
  ],
  [
    "a disk that is refused",
    new DiskError("disk.unsafe", "It has a backing file.", { remedy: "Flatten it." }),
    /^Error: It has a backing file\. Flatten it\.$/,
    1,
  ],
  [
    "a failed job",
    new JobFailedError({ id: "j1", error: { code: "IMG.0015", message: "Full." } }),
    /^Error: Full\. \[job j1, IMG\.0015\]$/,
    5,
  ],
  ["a cancelled command", new CancelledError("Cancelled."), /^Cancelled\.$/, 2],
  ["wrong usage", new UsageError("No."), /^Error: No\.$/, 64],
  ["a missing file", missing, /^Error: \/no\/such\/file: no such file or directory\.$/, 3],
  ["a mistake of ours", new TypeError("x is undefined"), /^Error: x is undefined \(add --debug to see where this comes from\)$/, 1],
  ["something that is no error", "boom", /^Error: boom \(add --debug/, 1],
  ["several lines and control characters", new Error("a\n  b\u001b[2J"), /^Error: a b�\[2J$/, 1],
];

for (const [what, error, sentence, exitCode] of cases) {
  test(`${what} is one line and exit code ${exitCode}`, () => {
    assert.match(describeError(error, { debug: false }), sentence);
    assert.equal(exitCodeOf(error), exitCode);
  });
}

test("with debug the whole chain is shown", () => {
  const text = describeError(new Error("outer", { cause: new TypeError("inner", { cause: "text" }) }), { debug: true });
  assert.match(text, /^Error: outer\nError: outer\n +at [^]*\ncaused by: TypeError: inner\n +at [^]*\ncaused by: 'text'$/);
});

test("why a job failed is told in both languages, where the server has both", () => {
  const said = (error: ConstructorParameters<typeof JobFailedError>[0]["error"]): string =>
    describeError(new JobFailedError({ id: "j1", ...(error !== undefined && { error }) }), { debug: false });
  assert.equal(said({ code: "IMG.1", message: "Full.", messageZh: "已满。" }), "Error: Full. 已满。 [job j1, IMG.1]");
  assert.equal(said({ code: "IMG.1", message: "Full." }), "Error: Full. [job j1, IMG.1]");
  assert.equal(said(undefined), "Error: The job failed without saying why. [job j1]");
});
