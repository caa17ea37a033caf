import type { ClusterRun } from "../../mapped/run-list.ts";
import type { PlaceBatch } from "./block-places.ts";

/** Answers the places of runs that are stored as they are. */
export async function* placesOfRuns(batches: AsyncIterable<readonly ClusterRun[]>): AsyncGenerator<PlaceBatch> {
  for await (const runs of batches) {
    const last = runs.at(-1);
    yield {
      places: runs
        .filter(({ kind }) => kind === "data")
        .map(({ offset, hostOffset, hostLength }) => ({ diskOffset: offset, fileOffset: hostOffset, length: hostLength })),
      end: last === undefined ? 0 : last.offset + last.length,
    };
  }
}
