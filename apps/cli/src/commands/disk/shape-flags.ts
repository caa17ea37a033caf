import type { FlagParametersForType } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { parseOffset, parseSize } from "../../flags/parse-size.ts";

/** Which part of a disk is meant, and how large it is to be. Units: bytes, in whole sectors of 512. */
export interface ShapeFlags {
  readonly offset?: number;
  readonly length?: number;
  readonly size?: number;
}

export const shapeFlags: FlagParametersForType<ShapeFlags, CliContext> = {
  offset: {
    kind: "parsed",
    parse: parseOffset,
    brief: "Where the part of the disk begins that is converted; default: at its start",
    placeholder: "BYTES",
    optional: true,
  },
  length: {
    kind: "parsed",
    parse: parseSize,
    brief: "How long that part is; default: up to the disk's end",
    placeholder: "BYTES",
    optional: true,
  },
  size: {
    kind: "parsed",
    parse: parseSize,
    brief: "Size of the new disk: longer ends in zeros, shorter is refused when data would be cut off",
    placeholder: "SIZE",
    optional: true,
  },
};
