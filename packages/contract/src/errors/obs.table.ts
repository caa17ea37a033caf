import type { ErrorDescriptor } from "../service-error.ts";

export const obsErrors = {} as const satisfies Record<string, ErrorDescriptor>;
