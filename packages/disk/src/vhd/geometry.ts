import { SECTOR_BYTES } from "../core/sector.ts";
import type { Geometry } from "./vhd-footer.ts";

/** The most that cylinders, heads and sectors can count, about 127 GiB: larger disks carry it too. */
const MOST: Geometry = { cylinders: 65_535, heads: 16, sectors: 255 };

/** Bytes that a geometry counts. */
export function geometryBytes({ cylinders, heads, sectors }: Geometry): number {
  return cylinders * heads * sectors * SECTOR_BYTES;
}

/** Tells whether a geometry means "at least this much", because it cannot count further. */
export function isLargestGeometry(geometry: Geometry): boolean {
  return geometryBytes(geometry) >= geometryBytes(MOST);
}

/**
 * Computes the geometry for a size. It counts whole cylinders, so it is mostly a little less than the size; it never is more.
 *
 * Source  Virtual Hard Disk Image Format Specification 1.0, appendix "CHS Calculation"
 */
export function geometryOf(sizeBytes: number): Geometry {
  const total = Math.min(Math.floor(sizeBytes / SECTOR_BYTES), 65_535 * 16 * 255);
  if (total >= 65_535 * 16 * 63) {
    return withTracks(total, 255, 16);
  }
  const tracks = Math.floor(total / 17);
  const heads = Math.max(Math.ceil(tracks / 1024), 4);
  if (heads <= 16 && tracks < heads * 1024) {
    return withTracks(total, 17, heads);
  }
  return Math.floor(total / 31) < 16 * 1024 ? withTracks(total, 31, 16) : withTracks(total, 63, 16);
}

function withTracks(totalSectors: number, sectors: number, heads: number): Geometry {
  return { cylinders: Math.floor(Math.floor(totalSectors / sectors) / heads), heads, sectors };
}
