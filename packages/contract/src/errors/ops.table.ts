import type { ErrorDescriptor } from "../service-error.ts";

export const opsErrors = {} as const satisfies Record<string, ErrorDescriptor>;
