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
import { textFlag } from "../../flags/text-flag.ts";

export interface ImportFlags extends CommonFlags, ProgressFlags, ConnectionFlags {
  readonly name?: string;
  readonly osVersion?: string;
  readonly minDisk?: number;
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
      name: textFlag("Name of the image (default: the file's name without its ending)", "TEXT"),
      osVersion: textFlag('Operating system, e.g. "Debian GNU/Linux 12.0.0 64bit"', "TEXT"),
      minDisk: {
        kind: "parsed",
        parse: parseCount,
        brief: "Smallest disk for a server of this image (default: the disk's size)",
        placeholder: "GIB",
        optional: true,
      },
      description: textFlag("What to remember about the image", "TEXT"),
      key: textFlag("Encrypt with this master key: id, alias, or ims/default", "KEY"),
      bucket: textFlag("Bucket to upload to; made when missing (default: tintype-PROJECT)", "NAME"),
      keepUpload: { kind: "boolean", brief: "Leave the uploaded file in the bucket", optional: true, withNegated: false },
      deleteSource: {
        kind: "boolean",
        brief: "Let the server delete the uploaded file once the image is there, also with --detach",
        optional: true,
        withNegated: false,
      },
      detach: {
        kind: "boolean",
        brief: "Return once the job has begun; the upload stays in the bucket without --delete-source",
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
    brief: "Upload a disk image and make an image of it",
    fullDescription:
      "Checks the file, uploads it, and waits until the image is ready. What an earlier, interrupted run has sent is not sent again.\nWith --json the last line on stdout is the image.",
  },
});
