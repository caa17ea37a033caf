import type { WorkerPool } from "./worker-pool.ts";
import type { ChunkTasks } from "./chunk-tasks.ts";

/** The threads that hash, compress and expand chunks. */
export type ChunkWorkers = Pick<WorkerPool<ChunkTasks>, "run">;
