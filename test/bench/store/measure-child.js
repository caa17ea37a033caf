// Starts as the command line's launcher does.
import { enableCompileCache } from "node:module";
import { availableParallelism } from "node:os";

// Compiled code is kept between runs, also for threads.
const { directory } = enableCompileCache();
if (directory !== undefined) {
  process.env.NODE_COMPILE_CACHE ??= directory;
}
// More threads for files than cores only take the cores from each other.
process.env.UV_THREADPOOL_SIZE ??= String(Math.min(availableParallelism(), 4));
await import("./measure-child.ts");
