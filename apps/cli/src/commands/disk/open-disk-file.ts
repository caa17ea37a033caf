import { basename } from "node:path";
import type { RelatedFile } from "@tintype/disk/core/related-file.ts";
import type { DetectedFormat } from "@tintype/disk/core/disk-format.ts";
import { DiskError, isDiskError } from "@tintype/disk/core/disk-error.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { openSource } from "./open-source.ts";
import type { SourceContext } from "./open-source.ts";
import type { SourceFlags } from "./source-flags.ts";

/** A disk image, and how long its own file is. */
export interface OpenedImage {
  readonly disk: VirtualDisk;
  readonly fileBytes: number;
}

/** Opens a disk image with the files that it needs; what is wrong with it is told with its name. The caller closes the disk. */
export async function openDiskFile(
  place: string,
  context: SourceContext,
  flags: SourceFlags & { readonly accept?: readonly DetectedFormat[] } = {},
): Promise<OpenedImage> {
  try {
    await using opened = new AsyncDisposableStack();
    const source = opened.use(await openSource(place, context));
    const related: RelatedFile[] = [];
    for (const name of flags.with ?? []) {
      related.push({ name: basename(name), source: opened.use(await openSource(name, context)) });
    }
    const parent = opened.use(await openParent(flags.parent ?? [], context));
    // From here on the disk closes them, also when opening fails.
    opened.move();
    const { format, member, accept } = flags;
    const disk = await openDisk(source, { declaredFormat: format, member, accept, related, parent, signal: context.signal });
    return { disk, fileBytes: source.lengthBytes };
  } catch (error) {
    throw isDiskError(error) && !error.message.includes(place) ? withPlace(error, place) : error;
  }
}

async function openParent([first, ...rest]: readonly string[], context: SourceContext): Promise<VirtualDisk | undefined> {
  return first === undefined ? undefined : (await openDiskFile(first, context, { parent: rest })).disk;
}

function withPlace(error: DiskError, place: string): DiskError {
  return new DiskError(error.code, `${place}: ${error.message}`, {
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}
