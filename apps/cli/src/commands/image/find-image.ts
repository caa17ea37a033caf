import type { Image } from "@tintype/client/image.ts";
import type { Images } from "@tintype/client/images.ts";
import { NotFoundError, UsageError } from "../../errors/command-errors.ts";
import { take } from "../../output/take.ts";

/**
 * Finds the image that a person means: by id, or by a name that only one image has.
 *
 * Throws  NotFoundError; UsageError when several images have that name
 */
export async function findImage(images: Images, idOrName: string, signal: AbortSignal): Promise<Image> {
  const byId = isUuid(idOrName) ? await images.get(idOrName, { signal }) : undefined;
  if (byId !== undefined) {
    return byId;
  }
  const [image, another] = await take(images.list({ name: idOrName }, { signal }), 2);
  if (image === undefined) {
    throw new NotFoundError(`There is no image "${idOrName}". "tintype image list" shows those that there are.`);
  }
  if (another !== undefined) {
    throw new UsageError(`Several images are called "${idOrName}": name one by its id (${image.id}, ${another.id} …).`);
  }
  return image;
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
