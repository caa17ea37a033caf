import type { FlagParametersForType } from "@stricli/core";
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

/** Flags of every command that makes an image of a file of this machine. */
export interface NewImageFlags extends CommonFlags, ProgressFlags, ConnectionFlags {
  readonly name?: string;
  readonly minDisk?: number;
}

/** What an image shall be like, in the order of the help; flags of the command itself stand between these and `sendingFlags`. */
export const newImageFlags: FlagParametersForType<Pick<NewImageFlags, "name" | "minDisk">, CliContext> = {
  name: textFlag("Name of the image (default: the file's name without its ending)", "TEXT"),
  minDisk: {
    kind: "parsed",
    parse: parseCount,
    brief: "Smallest disk for a server of this image (default: the disk's size)",
    placeholder: "GIB",
    optional: true,
  },
};

/** How the file is sent, and where to. */
export const sendingFlags: FlagParametersForType<CommonFlags & ProgressFlags & ConnectionFlags, CliContext> = {
  ...progressFlags,
  ...commonFlags,
  ...connectionFlags,
};

/** The file that an image is made of. */
export const fileArgument = { kind: "tuple", parameters: [textArgument("FILE", "Disk image on this machine")] } as const;
