import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import { describe, it } from "node:test";
import { asStoreError, wordingErrors } from "./as-store-error.ts";
import { isStoreError, StoreError } from "./store-error.ts";

const systemError = (code: string): Error => Object.assign(new Error(`${code}: it failed, write`), { code, syscall: "write" });
const sqliteError = (errcode: number): Error => Object.assign(new Error("sqlite failed"), { code: "ERR_SQLITE_ERROR", errcode });

function codeOf(error: unknown): string | undefined {
  const worded = asStoreError(error, "writing blob x");
  return isStoreError(worded) ? worded.code : undefined;
}

describe("wording errors", () => {
  it("tells a full volume, a damaged index and other failures of the system apart", () => {
    assert.equal(codeOf(systemError("ENOSPC")), "store.full");
    assert.equal(codeOf(systemError("EDQUOT")), "store.full");
    assert.equal(codeOf(sqliteError(13)), "store.full");
    assert.equal(codeOf(sqliteError(11)), "store.damaged");
    assert.equal(codeOf(sqliteError(26)), "store.damaged");
    assert.equal(codeOf(systemError("EIO")), "store.io");
    assert.equal(codeOf(sqliteError(10)), "store.io");
  });

  it("keeps the cause and says what was being done", async () => {
    await assert.rejects(
      wordingErrors("reading blob x", () => open("/does/not/exist")),
      (error: Error) => {
        assert.match(error.message, /^The store's volume failed while reading blob x: ENOENT/);
        assert.ok(error.cause instanceof Error);
        return true;
      },
    );
  });

  it("leaves our own errors, wrong arguments, aborts and strange values as they are", () => {
    for (const error of [
      new StoreError("store.exists", "x"),
      new RangeError("x"),
      new DOMException("x", "AbortError"),
      "text",
      undefined,
    ]) {
      assert.equal(asStoreError(error, "x"), error);
    }
  });
});
