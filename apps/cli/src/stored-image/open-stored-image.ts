import { ImageContent } from "@tintype/client/image-content.ts";
import type { Image } from "@tintype/client/image.ts";
import { Images } from "@tintype/client/images.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { findImage } from "../commands/image/find-image.ts";
import { openSession } from "../connection/open-session.ts";
import type { ConnectionFlags } from "../connection/connection-flags.ts";
import type { CliContext } from "../context.ts";
import { StoredImageSource } from "./stored-image-source.ts";

/** An image of the server, open as the disk that it is. */
export interface StoredImage {
  readonly image: Image;
  readonly disk: VirtualDisk;
  /** Bytes of content that came over the network so far. */
  readonly fetchedBytes: () => number;
}

/**
 * Opens an image of the server for reading here and there. Nothing of its content is fetched before it is read. The caller closes the disk.
 *
 * Memory  see `StoredImageSource`
 * Throws  NotFoundError, UsageError (several of that name), ApiError (no content yet), ConnectionError
 */
export async function openStoredImage(
  idOrName: string,
  context: Pick<CliContext, "env" | "process" | "timers" | "signal">,
  flags: ConnectionFlags = {},
): Promise<StoredImage> {
  const session = await openSession(context, flags);
  const image = await findImage(new Images(session), idOrName, context.signal);
  const source = new StoredImageSource(await ImageContent.open(session, image.id, { signal: context.signal }));
  return { image, disk: await openRaw(source), fetchedBytes: () => source.fetchedBytes };
}
