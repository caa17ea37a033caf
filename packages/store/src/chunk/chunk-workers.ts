import type { ChunkTasks } from "./chunk-tasks.ts";
import { WorkerPool } from "./worker-pool.ts";

/** The threads that hash, compress and expand chunks. */
export type ChunkWorkers = Pick<WorkerPool<ChunkTasks>, "run">;

/** Threads for chunks, which start when they are needed. */
export function chunkWorkers(threads: number): WorkerPool<ChunkTasks> {
  return new WorkerPool(new URL("./chunk-worker.ts", import.meta.url), threads);
}
