import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textFlag } from "../../flags/text-flag.ts";

export interface RebuildFlags extends CommonFlags {
  readonly dataDir?: string;
}

export const rebuildCommand = buildCommand<RebuildFlags, [], CliContext>({
  loader: async () => (await import("./run-rebuild.ts")).runRebuild,
  parameters: {
    flags: { dataDir: textFlag("Data folder (TINTYPE_DATA_DIR; default: ./data)", "FOLDER"), ...commonFlags },
  },
  docs: {
    brief: "Make the catalog's images anew from what the store holds",
    fullDescription: [
      "For when the catalog is lost or older than the store. Images that the catalog has are left as they are; those that only the store",
      "knows come back as they were when they were made. The server must be stopped.",
    ].join("\n"),
  },
});
