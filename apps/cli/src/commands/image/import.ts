import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { switchFlag } from "../../flags/switch-flag.ts";
import { textFlag } from "../../flags/text-flag.ts";
import { fileArgument, newImageFlags, sendingFlags } from "./new-image-flags.ts";
import type { NewImageFlags } from "./new-image-flags.ts";

export interface ImportFlags extends NewImageFlags {
  readonly osVersion?: string;
  readonly description?: string;
  readonly key?: string;
  readonly bucket?: string;
  readonly keepUpload?: boolean;
  readonly deleteSource?: boolean;
  readonly detach?: boolean;
}

export const importCommand = buildCommand<ImportFlags, [file: string], CliContext>({
  loader: async () => (await import("./run-import.ts")).runImport,
  parameters: {
    flags: {
      ...newImageFlags,
      osVersion: textFlag('Operating system, e.g. "Debian GNU/Linux 12.0.0 64bit"', "TEXT"),
      description: textFlag("What to remember about the image", "TEXT"),
      key: textFlag("Encrypt with this master key: id, alias, or ims/default", "KEY"),
      bucket: textFlag("Bucket to upload to; made when missing (default: tintype-PROJECT)", "NAME"),
      keepUpload: switchFlag("Leave the uploaded file in the bucket"),
      deleteSource: switchFlag("Let the server delete the uploaded file once the image is there, also with --detach"),
      detach: switchFlag("Return once the job has begun; the upload stays in the bucket without --delete-source"),
      ...sendingFlags,
    },
    positional: fileArgument,
  },
  docs: {
    brief: "Upload a disk image and make an image of it",
    fullDescription:
      "Checks the file (a disk image, an OVA, or an ISO disc with --os-version), uploads it, and waits until the image is ready. What an earlier, interrupted run has sent is not sent again.\nWith --json the last line on stdout is the image.",
  },
});
