import { gunzipSync } from "node:zlib";
import { inlineDigests } from "../adapters/digests/inline-digests.ts";
import type { SaveTracesDeps } from "../audit/save-traces.ts";
import { toTrace } from "../http/cts/to-trace.ts";
import { TransferWorld } from "./transfer-world.ts";

/** What saving traces works with, in a world of its own. */
export function savingIn(world: TransferWorld): SaveTracesDeps {
  const { catalog, store, keys, clock, ids, log, ceilings } = world;
  return { catalog, store, keys, clock, ids, log, ceilings, digests: inlineDigests(), region: "local-1", describe: toTrace };
}

/** The files of traces in a bucket: their keys, and the ids of the traces in them. */
export async function traceFilesIn(world: TransferWorld, bucket: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = new Map<string, readonly string[]>();
  for (const { key } of await world.catalog.buckets.objects(bucket, { prefix: "", after: "", limit: 1000 })) {
    const bytes = (await world.readFile(`${bucket}:${key}`)) ?? new Uint8Array();
    const text = Buffer.from(key.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
    // Written by `toTrace`.
    files.set(
      key,
      (JSON.parse(text) as { trace_id: string }[]).map(({ trace_id: id }) => id),
    );
  }
  return files;
}
