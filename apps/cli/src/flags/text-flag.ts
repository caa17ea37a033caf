/** An optional flag that takes any text. */
export function textFlag(brief: string, placeholder: string) {
  return { kind: "parsed", parse: parseText, brief, placeholder, optional: true } as const;
}

/** Takes a value as it was typed. */
export function parseText(input: string): string {
  return input;
}
