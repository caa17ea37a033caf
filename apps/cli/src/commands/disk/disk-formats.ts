import type { DiskFormat, OutputFormat } from "@tintype/disk/core/disk-format.ts";
import { openers } from "@tintype/disk/formats/openers.table.ts";
import { planners } from "@tintype/disk/formats/planners.table.ts";

/** Every format that can be read, for flags that take one. */
// The table has exactly these keys.
export const diskFormats = Object.keys(openers) as DiskFormat[];

/** Every format that can be written, for flags that take one. */
export const outputFormats = Object.keys(planners) as OutputFormat[];
