import type { KnownSystem } from "./known-systems.ts";

/** Versions of a family, as a list names them. */
export interface CoveredVersions {
  readonly family: string;
  readonly bits?: 32 | 64;
  readonly versions: readonly string[];
}

/** Tells whether an entry of a list names a system. */
export function coversSystem({ family, bits, versions }: CoveredVersions, system: KnownSystem): boolean {
  return (
    family === system.family &&
    (bits === undefined || String(bits) === system.osBit) &&
    versions.some((version) => coversVersion(version, system.version))
  );
}

/** Tells whether a version is meant by its name or by the beginning of it. */
export function coversVersion(named: string, version: string): boolean {
  return named.endsWith("*") ? version.startsWith(named.slice(0, -1)) : version === named;
}
