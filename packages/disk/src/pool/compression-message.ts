import type { BatchCodec } from "./compress-batch.ts";

/** What a compression worker is asked: memory goes over and comes back, nothing is copied. */
export interface CompressionRequest {
  readonly id: number;
  readonly codec: BatchCodec;
  readonly clusterSize: number;
  /** Clusters fill the first `inputBytes` of the memory. */
  readonly input: Uint8Array<ArrayBuffer>;
  readonly inputBytes: number;
  readonly output: Uint8Array<ArrayBuffer>;
}

/** What it answers. */
export interface CompressionReply {
  readonly id: number;
  readonly input: Uint8Array<ArrayBuffer>;
  readonly output: Uint8Array<ArrayBuffer>;
  readonly lengths: Int32Array<ArrayBuffer>;
}
