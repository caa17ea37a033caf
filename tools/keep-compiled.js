// Loaded before tests (`node --import`): each file is a process of its own, and what one has compiled the next ones need not.
import module from "node:module";

const folder = new URL("../node_modules/.cache/tests", import.meta.url).pathname;
module.enableCompileCache(folder);
// Threads and child processes look here.
process.env.NODE_COMPILE_CACHE ??= folder;
