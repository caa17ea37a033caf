import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { NumberedTrace, TraceRecord } from "../ports/trace-catalog.ts";
import type { TraceBatch, TracePlace } from "../ports/tracker-catalog.ts";

/** A file of traces: an object to be. */
export interface TraceFile {
  readonly key: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** What the files of one batch are made from. */
export interface FileSource {
  readonly batch: TraceBatch;
  readonly trackerId: string;
  /** Name of the region. */
  readonly region: string;
  /** A trace as files show it. */
  readonly describe: (trace: TraceRecord) => object;
}

const compress = promisify(gzip);

/**
 * Makes the files of a batch: one for each service. The same batch makes the same names and contents again, so that doing it twice leaves
 * each trace in one file.
 *
 * Memory  the traces as JSON, twice
 * Source  Huawei Cloud CTS user guide, "Querying Transferred Traces": `CloudTraces/region/year/month/day/tracker/service/`, then
 *         `prefix_CloudTrace_region_time_16 hex digits.json.gz`
 */
export async function traceFiles(traces: readonly NumberedTrace[], source: FileSource): Promise<readonly TraceFile[]> {
  const { place } = source.batch;
  const groups = Map.groupBy(traces, ({ trace }) => (place.isSortedByService ? trace.service : ""));
  return await Promise.all(
    [...groups].map(async ([service, group]) => {
      const text = Buffer.from(JSON.stringify(group.map(({ trace }) => source.describe(trace))));
      const bytes = place.compression === "gzip" ? await compress(text) : text;
      return { key: keyOf(service, group, source), contentType: contentTypeOf(place), bytes };
    }),
  );
}

function keyOf(service: string, group: readonly NumberedTrace[], { batch, trackerId, region }: FileSource): string {
  const begun = new Date(batch.begunAt);
  const day = [begun.getUTCFullYear(), begun.getUTCMonth() + 1, begun.getUTCDate()];
  const folder = ["CloudTraces", region, ...day, "system", ...(service === "" ? [] : [service])].join("/");
  const time = `${begun.toISOString().slice(0, 19).replaceAll(":", "-")}Z`;
  const which = `${trackerId} ${service} ${group[0]?.number} ${batch.upTo}`;
  const mark = createHash("sha256").update(which).digest("hex").slice(0, 16);
  const prefix = batch.place.filePrefix === "" ? "" : `${batch.place.filePrefix}_`;
  return `${folder}/${prefix}CloudTrace_${region}_${time}_${mark}.json${batch.place.compression === "gzip" ? ".gz" : ""}`;
}

function contentTypeOf({ compression }: TracePlace): string {
  return compression === "gzip" ? "application/gzip" : "application/json";
}
