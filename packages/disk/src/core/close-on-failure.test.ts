import assert from "node:assert/strict";
import { test } from "node:test";
import { closeOnFailure } from "./close-on-failure.ts";

function closable(): AsyncDisposable & { isClosed: boolean } {
  return {
    isClosed: false,
    async [Symbol.asyncDispose]() {
      this.isClosed = true;
    },
  };
}

test("what was taken over is closed when opening fails, and stays open when it succeeds", async () => {
  const failing = closable();
  await assert.rejects(
    closeOnFailure(failing, () => Promise.reject(new Error("no disk"))),
    /no disk/,
  );
  assert.equal(failing.isClosed, true);

  const succeeding = closable();
  assert.equal(await closeOnFailure(succeeding, async () => "disk"), "disk");
  assert.equal(succeeding.isClosed, false);
});
