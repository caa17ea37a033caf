const KIB = 1024;
const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] as const;

/** A number of bytes for people: `512 B`, `1.5 KiB`, `40.0 GiB`; never more than four digits before the point. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // What would be rounded to 1024.0 goes to the next unit.
  while (Math.abs(value) >= KIB - 0.05 && unit < units.length - 1) {
    value /= KIB;
    unit += 1;
  }
  return unit === 0 ? `${Math.round(value)} B` : `${value.toFixed(1)} ${units[unit]}`;
}
