import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { switchFlag } from "../../flags/switch-flag.ts";
import { parseText, textFlag } from "../../flags/text-flag.ts";
import { fileArgument, newImageFlags, sendingFlags } from "./new-image-flags.ts";
import type { NewImageFlags } from "./new-image-flags.ts";

export interface PushFlags extends NewImageFlags {
  readonly diskFormat?: string;
  readonly containerFormat?: string;
  readonly tag?: readonly string[];
  readonly asDisk?: boolean;
}

export const pushCommand = buildCommand<PushFlags, [file: string], CliContext>({
  loader: async () => (await import("./run-push.ts")).runPush,
  parameters: {
    flags: {
      ...newImageFlags,
      diskFormat: textFlag("Format that the image is declared as (default: that of the content)", "FORMAT"),
      containerFormat: textFlag("What is around the disk (default: bare)", "FORMAT"),
      tag: {
        kind: "parsed",
        parse: parseText,
        brief: "A tag of the image; may be repeated",
        placeholder: "TAG",
        optional: true,
        variadic: true,
      },
      asDisk: switchFlag("Push what the disk holds, as raw, whatever its file is"),
      ...sendingFlags,
    },
    positional: fileArgument,
  },
  docs: {
    brief: "Make an image of a file, sending only what the project does not have",
    fullDescription:
      "Asks which parts of the file the images and objects of the project hold already, and sends the others. A run that was interrupted is gone on with.\nVersions of a disk share most with --as-disk.",
  },
});
