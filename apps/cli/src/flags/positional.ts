import { parseText } from "./text-flag.ts";

/** A required positional argument that takes any text. */
export function textArgument(placeholder: string, brief: string) {
  return { parse: parseText, placeholder, brief } as const;
}

/** A positional argument that takes any text, and need not be there. */
export function optionalTextArgument(placeholder: string, brief: string) {
  return { parse: parseText, placeholder, brief, optional: true } as const;
}
