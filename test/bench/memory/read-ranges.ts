import { ImageContent } from "@tintype/client/image-content.ts";
import type { Session } from "@tintype/client/session/session.ts";

const rangeBytes = 4 * 1024 * 1024;

/** Reads all of an image's content by ranges of 4 MiB, several at a time. */
export async function readRanges(session: Session, imageId: string, { readers }: { readonly readers: number }): Promise<void> {
  const content = await ImageContent.open(session, imageId);
  let next = 0;
  const read = async (): Promise<void> => {
    const target = new Uint8Array(rangeBytes);
    for (let offset = next; offset < content.lengthBytes; offset = next) {
      next += rangeBytes;
      await content.readInto(target.subarray(0, Math.min(rangeBytes, content.lengthBytes - offset)), offset);
    }
  };
  await Promise.all(Array.from({ length: readers }, read));
}
