import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import type { FastifyReply, FastifyRequest } from "fastify";
import { requirePrincipal } from "./require-principal.ts";

const unasked = new Proxy({}, { get: (_target, name) => assert.fail(`${String(name)} was asked for`) });

test("a body that nobody reads, and that breaks off, is the fault of who sent it", async () => {
  // Neither catalog nor clock is looked at before the body is there.
  const hook = requirePrincipal(unasked as Parameters<typeof requirePrincipal>[0]);
  const request = { method: "GET", headers: { "content-length": "50" }, raw: Readable.from(brokenOff()), routeOptions: { config: {} } };
  // As much of a request as the hook looks at.
  const asked = hook.call({} as never, request as unknown as FastifyRequest, {} as FastifyReply);
  await assert.rejects(async () => asked, { code: "ops.bodyBroken", status: 400 });
});

async function* brokenOff(): AsyncGenerator<Buffer> {
  yield Buffer.from("{");
  throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
}
