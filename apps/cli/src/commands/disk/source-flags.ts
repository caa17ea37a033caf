import type { FlagParametersForType } from "@stricli/core";
import type { DiskFormat } from "@tintype/disk/core/disk-format.ts";
import type { CliContext } from "../../context.ts";
import { parseText, textFlag } from "../../flags/text-flag.ts";
import { diskFormats } from "./disk-formats.ts";

/** What a disk image needs besides its own file. Other files are always named by the person, never by the image. */
export interface SourceFlags {
  readonly format?: DiskFormat;
  readonly with?: readonly string[];
  readonly parent?: readonly string[];
  readonly member?: string;
}

export const sourceFlags: FlagParametersForType<SourceFlags, CliContext> = {
  format: { kind: "enum", values: diskFormats, brief: "Format that the image is said to have; anything else is refused", optional: true },
  with: {
    kind: "parsed",
    parse: parseText,
    brief: "Another file of the same image (split or flat VMDK); may be repeated",
    placeholder: "FILE",
    optional: true,
    variadic: true,
  },
  parent: {
    kind: "parsed",
    parse: parseText,
    brief: "Parent of a differencing image; repeated for the parent's parent, and so on",
    placeholder: "FILE",
    optional: true,
    variadic: true,
  },
  member: textFlag("Which disk of an OVA with several", "NAME"),
};
