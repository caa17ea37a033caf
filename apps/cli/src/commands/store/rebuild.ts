import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { folderFlags } from "./store-flags.ts";
import type { FolderFlags } from "./store-flags.ts";

export type RebuildFlags = CommonFlags & FolderFlags;

export const rebuildCommand = buildCommand<RebuildFlags, [], CliContext>({
  loader: async () => (await import("./run-rebuild.ts")).runRebuild,
  parameters: {
    flags: { ...folderFlags, ...commonFlags },
  },
  docs: {
    brief: "Make the catalog's images anew from what the store holds",
    fullDescription: [
      "For when the catalog is lost or older than the store. Images that the catalog has are left as they are; those that only the store",
      "knows come back as they were when they were made. The server must be stopped. Name its settings with --config if it has a file of them:",
      "images come back, and are told to lie, in the stores that the settings name.",
    ].join("\n"),
  },
});
