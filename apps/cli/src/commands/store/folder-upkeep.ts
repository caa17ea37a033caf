import type { OpenUpkeep } from "@tintype/server/open-upkeep.ts";
import type { CliContext } from "../../context.ts";
import type { Upkeep } from "./upkeep.ts";

/** Upkeep of a data folder that no server holds; held exclusively until disposal. */
export function folderUpkeep({ signal }: CliContext, opened: OpenUpkeep): Upkeep {
  return {
    stats: async () => opened.upkeep.stats({ signal }),
    collect: async ({ dryRun = false, graceSeconds }, progress) =>
      opened.upkeep.collect({
        dryRun,
        graceMs: graceSeconds === undefined ? undefined : graceSeconds * 1000,
        signal,
        onProgress: (done) => progress.update({ step: "collect", ...done }),
      }),
    verify: async ({ read = false }, progress) =>
      opened.upkeep.verify({ read, signal, onProgress: (done) => progress.update({ step: "verify", ...done }) }),
    backUp: async () => opened.upkeep.backUp(),
    [Symbol.asyncDispose]: async () => opened[Symbol.asyncDispose](),
  };
}
