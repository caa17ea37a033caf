const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const longest = 365 * secondsOf.d;

/** Reads a time such as `90s`, `30m`, `1h`, `2d` or `0`, at most a year; answers seconds. */
export function parseGraceSeconds(input: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd]?)$/.exec(input) ?? [];
  if (count === undefined || (unit === "" && Number(count) > 0)) {
    throw new SyntaxError("it must be a number with a unit: 90s, 30m, 1h or 2d");
  }
  // The pattern admits these letters and none.
  const seconds = Number(count) * (unit === "" ? 1 : secondsOf[unit as keyof typeof secondsOf]);
  if (seconds > longest) {
    throw new SyntaxError("it must be at most a year: 365d");
  }
  return seconds;
}
