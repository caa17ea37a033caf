import { setImmediate } from "node:timers/promises";
import type { L2References } from "./count-l1.ts";
import type { Qcow2Check } from "./qcow2-check.ts";

/** Clusters that are compared before others may use the thread: some 20 ms. */
const CLUSTERS_PER_TURN = 2 ** 20;

/** A run of clusters that have the same wrong with them. */
interface WrongRun {
  readonly first: number;
  readonly clusters: number;
  readonly wrong: Wrong;
}

/** What is wrong with a cluster. */
interface Wrong {
  readonly code: "qcow2.overlap" | "qcow2.countTooLow" | "qcow2.countTooHigh" | "qcow2.leak";
  readonly reason: string;
}

/**
 * Compares the counts that the file has with the uses that were found, and reports leaks, wrong counts, and clusters with uses that exclude
 * each other. Neighbours with the same fault are one fault.
 *
 * Memory  one run
 * Throws  the signal's reason
 * Source  QEMU docs/interop/qcow2, "Host cluster management"
 */
export async function compareCounts(check: Qcow2Check, references: L2References): Promise<void> {
  const { stored, use, clusters, tally } = check;
  let run: WrongRun | undefined;
  for (let cluster = nextOf(check, 0); cluster < clusters; cluster = nextOf(check, cluster + 1)) {
    if (cluster % CLUSTERS_PER_TURN === 0) {
      await setImmediate();
      check.signal?.throwIfAborted();
    }
    const [counted, used] = [stored.get(cluster), use.counts.get(cluster)];
    if (counted === 0 && used === 0) {
      continue;
    }
    tally.lastCluster = cluster;
    if (counted !== used) {
      tally.corruptions += counted < used ? 1 : 0;
      tally.leaks += counted > used ? 1 : 0;
      tally.leakedClusters += used === 0 ? 1 : 0;
    }
    // Other checkers count this apart from the count itself.
    tally.corruptions += used !== 1 && use.isUsedFor(cluster, "refcount block") ? 1 : 0;
    const wrong = wrongWith(check, references, { cluster, counted, used });
    if (run !== undefined && wrong?.reason === run.wrong.reason && run.first + run.clusters === cluster) {
      run = { ...run, clusters: run.clusters + 1 };
    } else {
      report(check, run);
      run = wrong === undefined ? undefined : { first: cluster, clusters: 1, wrong };
    }
  }
  report(check, run);
}

function nextOf({ stored, use }: Qcow2Check, from: number): number {
  return Math.min(stored.next(from), use.counts.next(from));
}

function wrongWith(
  { use }: Qcow2Check,
  { byActive }: L2References,
  { cluster, counted, used }: { cluster: number; counted: number; used: number },
): Wrong | undefined {
  const clash = use.clashIn(cluster) ?? (byActive.get(cluster) > 1 ? "L2 table more than once" : undefined);
  if (clash !== undefined) {
    return { code: "qcow2.overlap", reason: `used for ${clash}` };
  }
  if (counted === used) {
    return undefined;
  }
  if (used === 0) {
    return { code: "qcow2.leak", reason: `counted ${counted} times, and used by nothing` };
  }
  const code = counted < used ? "qcow2.countTooLow" : "qcow2.countTooHigh";
  return { code, reason: `counted ${counted} times, and used ${used} times` };
}

function report({ faults, header }: Qcow2Check, run: WrongRun | undefined): void {
  if (run === undefined) {
    return;
  }
  const { first, clusters, wrong } = run;
  const fileOffset = first * header.clusterSize;
  const what =
    clusters === 1 ? `The cluster at ${fileOffset} of the file is` : `The ${clusters} clusters from ${fileOffset} of the file are`;
  const severity = wrong.code === "qcow2.leak" || wrong.code === "qcow2.countTooHigh" ? "leak" : "error";
  faults.add({ code: wrong.code, message: `${what} ${wrong.reason}.`, fileOffset, severity });
}
