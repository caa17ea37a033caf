import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { parseCount } from "../../flags/parse-count.ts";
import { textArgument } from "../../flags/positional.ts";
import { progressFlags } from "../../flags/progress-flags.ts";
import type { ProgressFlags } from "../../flags/progress-flags.ts";
import { parseText, textFlag } from "../../flags/text-flag.ts";

export interface PushFlags extends CommonFlags, ProgressFlags, ConnectionFlags {
  readonly name?: string;
  readonly diskFormat?: string;
  readonly containerFormat?: string;
  readonly minDisk?: number;
  readonly tag?: readonly string[];
  readonly asDisk?: boolean;
}

export const pushCommand = buildCommand<PushFlags, [file: string], CliContext>({
  loader: async () => (await import("./run-push.ts")).runPush,
  parameters: {
    flags: {
      name: textFlag("Name of the image (default: the file's name without its ending)", "TEXT"),
      diskFormat: textFlag("Format that the image is declared as (default: that of the content)", "FORMAT"),
      containerFormat: textFlag("What is around the disk (default: bare)", "FORMAT"),
      minDisk: {
        kind: "parsed",
        parse: parseCount,
        brief: "Smallest disk for a server of this image (default: the disk's size)",
        placeholder: "GIB",
        optional: true,
      },
      tag: {
        kind: "parsed",
        parse: parseText,
        brief: "A tag of the image; may be repeated",
        placeholder: "TAG",
        optional: true,
        variadic: true,
      },
      asDisk: {
        kind: "boolean",
        brief: "Push what the disk holds, as raw, whatever its file is",
        optional: true,
        withNegated: false,
      },
      ...progressFlags,
      ...commonFlags,
      ...connectionFlags,
    },
    positional: { kind: "tuple", parameters: [textArgument("FILE", "Disk image on this machine")] },
  },
  docs: {
    brief: "Make an image of a file, sending only what the project does not have",
    fullDescription:
      "Asks which parts of the file the images and objects of the project hold already, and sends the others. A run that was interrupted is gone on with.\nVersions of a disk share most with --as-disk.",
  },
});
