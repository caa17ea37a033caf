import type { ErrorDescriptor } from "../service-error.ts";

export const identityErrors = {} as const satisfies Record<string, ErrorDescriptor>;
