import type { OsLists } from "../os-lists/known-systems.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import { foundFields } from "./found-fields.ts";
import { importWarnings } from "./import-warnings.table.ts";
import type { FileFacts } from "./inspect-file.ts";

/** A warning as a job keeps it. */
export type JobWarning = { readonly name: string; readonly imageId: string; readonly message: string };

/** What the users of an import should know about the images that it makes. */
export async function warningsOf(
  { catalog, osLists, clock }: { readonly catalog: Pick<Catalog, "images">; readonly osLists: OsLists; readonly clock: Clock },
  disks: readonly FileFacts[],
): Promise<JobWarning[]> {
  const systems = osLists.current;
  const warnings: JobWarning[] = [];
  for (const disk of disks) {
    const image = await catalog.images.get(disk.imageId);
    if (image !== undefined) {
      // What was recognised replaces what was told, so there is nothing to say about it.
      const toldOsVersion = disk.os?.osVersion === undefined ? disk.toldOsVersion : undefined;
      const warned = { ...image, ...foundFields(systems, image, disk), toldOsVersion, systems, now: clock.now() };
      const due = importWarnings.filter((warning) => warning.isDue(warned));
      warnings.push(...due.map(({ name, en }) => ({ name, imageId: disk.imageId, message: en(warned) })));
    }
  }
  return warnings;
}
