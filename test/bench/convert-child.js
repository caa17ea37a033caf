// Starts as the command line's launcher does: compiled code is kept between runs, also for threads.
import { enableCompileCache } from "node:module";

const { directory } = enableCompileCache();
if (directory !== undefined) {
  process.env.NODE_COMPILE_CACHE ??= directory;
}
await import("./convert-child.ts");
