import type { ErrorDescriptor } from "../service-error.ts";

export const imsErrors = {} as const satisfies Record<string, ErrorDescriptor>;
