// The code of a digest thread: started by `DigestThread`, imported by nobody.
import { parentPort } from "node:worker_threads";
import type { DigestAlgorithm } from "../../ports/content-digests.ts";
import type { DigestReply, DigestRequest } from "./digest-messages.ts";
import { newDigest } from "./new-digest.ts";
import type { SyncDigest } from "./new-digest.ts";

const sessions = new Map<number, readonly { readonly algorithm: DigestAlgorithm; readonly digest: SyncDigest }[]>();

function reply(message: DigestReply): void {
  parentPort?.postMessage(message, []);
}

parentPort?.on("message", (request: DigestRequest) => {
  const { session } = request;
  if (request.kind === "start") {
    sessions.set(
      session,
      request.algorithms.map((algorithm) => ({ algorithm, digest: newDigest(algorithm) })),
    );
  } else if (request.kind === "update") {
    const bytes = new Uint8Array(request.memory, 0, request.lengthBytes);
    for (const { digest } of sessions.get(session) ?? []) {
      digest.update(bytes);
    }
    reply({ kind: "free", session, block: request.block });
  } else {
    const running = sessions.get(session) ?? [];
    sessions.delete(session);
    if (request.kind === "finish") {
      reply({ kind: "done", session, digests: running.map(({ algorithm, digest }) => [algorithm, digest.hex()] as const) });
    }
  }
});
