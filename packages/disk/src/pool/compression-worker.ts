/** Runs in a worker thread of `CompressionPool`: one batch in, one batch out. */
import { parentPort } from "node:worker_threads";
import { compressBatch } from "./compress-batch.ts";
import type { CompressionReply, CompressionRequest } from "./compression-message.ts";

if (parentPort === null) {
  throw new Error("This file runs in a worker thread only.");
}
const port = parentPort;

port.on("message", ({ id, codec, clusterSize, input, output, inputBytes }: CompressionRequest) => {
  const lengths = compressBatch(input.subarray(0, inputBytes), output, { codec, clusterSize });
  const reply: CompressionReply = { id, input, output, lengths };
  port.postMessage(reply, [input.buffer, output.buffer, lengths.buffer]);
});
