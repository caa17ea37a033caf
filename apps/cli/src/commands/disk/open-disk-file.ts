import { basename } from "node:path";
import type { ByteSource } from "@tintype/disk/core/byte-source.ts";
import type { DetectedFormat } from "@tintype/disk/core/disk-format.ts";
import { DiskError, isDiskError } from "@tintype/disk/core/disk-error.ts";
import type { RelatedFile } from "@tintype/disk/core/related-file.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { UsageError } from "../../errors/command-errors.ts";
import { openSource } from "./open-source.ts";
import type { SourceContext } from "./open-source.ts";
import type { SourceFlags } from "./source-flags.ts";

/** What an image of the server is called where a file could stand: its id or name behind this. */
const STORED_IMAGE = "image:";

/** A disk image, and how long its own file is. */
export interface OpenedImage {
  readonly disk: VirtualDisk;
  readonly fileBytes: number;
}

/** The files that an image consists of, open. Whoever takes them over closes them. */
export interface ImageFiles {
  readonly source: ByteSource;
  readonly related: readonly RelatedFile[];
  readonly parent: VirtualDisk | undefined;
}

/** Opens a disk image with the files that it needs; what is wrong with it is told with its name. The caller closes the disk. */
export async function openDiskFile(
  place: string,
  context: SourceContext,
  flags: SourceFlags & { readonly accept?: readonly DetectedFormat[] } = {},
): Promise<OpenedImage> {
  if (isStoredImage(place)) {
    return openImage(place, context, flags);
  }
  try {
    const { source, ...others } = await openImageFiles(place, context, flags);
    const { format, member, accept } = flags;
    const disk = await openDisk(source, { declaredFormat: format, member, accept, ...others, signal: context.signal });
    return { disk, fileBytes: source.lengthBytes };
  } catch (error) {
    throw isDiskError(error) && !error.message.includes(place) ? withPlace(error, place) : error;
  }
}

/** A stored image is a disk already: its format was decided when it came in, and no guest may make it another one. */
async function openImage(place: string, context: SourceContext, { format = "raw" }: SourceFlags): Promise<OpenedImage> {
  if (format !== "raw") {
    throw new UsageError(`${place} is a disk of the server, which reads as raw, not as ${format}.`);
  }
  const { openStoredImage } = await import("../../stored-image/open-stored-image.ts");
  const { disk } = await openStoredImage(place.slice(STORED_IMAGE.length), context);
  return { disk, fileBytes: disk.virtualSizeBytes };
}

function isStoredImage(place: string): boolean {
  return place.startsWith(STORED_IMAGE);
}

/** Opens the files of an image without looking into them; its parents are opened as disks. */
export async function openImageFiles(place: string, context: SourceContext, flags: SourceFlags): Promise<ImageFiles> {
  await using opened = new AsyncDisposableStack();
  const source = opened.use(await openSource(place, context));
  const related: RelatedFile[] = [];
  for (const name of flags.with ?? []) {
    related.push({ name: basename(name), source: opened.use(await openSource(name, context)) });
  }
  const parent = opened.use(await openParent(flags.parent ?? [], context));
  // From here on they are the caller's.
  opened.move();
  return { source, related, parent };
}

async function openParent([first, ...rest]: readonly string[], context: SourceContext): Promise<VirtualDisk | undefined> {
  return first === undefined ? undefined : (await openDiskFile(first, context, { parent: rest })).disk;
}

/** The same error, told with the file that it is about. */
export function withPlace(error: DiskError, place: string): DiskError {
  return new DiskError(error.code, `${place}: ${error.message}`, {
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}
