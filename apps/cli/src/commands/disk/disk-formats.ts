import type { WritableFormat } from "@tintype/disk/core/disk-format.ts";

/** Every format that can be read and written, for flags that take one. */
export const diskFormats = Object.keys({ raw: true, qcow2: true } satisfies Record<WritableFormat, true>) as WritableFormat[]; // the keys are checked on the left
