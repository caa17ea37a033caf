import type { RecycleBin } from "@tintype/client/recycle-bin.ts";
import { NotFoundError, UsageError } from "../../errors/command-errors.ts";

/**
 * Finds the id of the deleted image that a person means: by id, or by a name that only one of them has.
 *
 * Throws  NotFoundError; UsageError when several of them have that name
 */
export async function findRecycled(bin: RecycleBin, idOrName: string, signal: AbortSignal): Promise<string> {
  const found: string[] = [];
  for await (const { id, name } of bin.list({ signal })) {
    if (id === idOrName) {
      return id;
    }
    if (name === idOrName) {
      found.push(id);
    }
  }
  const [id, another] = found;
  if (id === undefined) {
    throw new NotFoundError(`There is no image "${idOrName}" in the recycle bin. "tintype image deleted" shows those that there are.`);
  }
  if (another !== undefined) {
    throw new UsageError(`Several deleted images are called "${idOrName}": name one by its id (${id}, ${another} …).`);
  }
  return id;
}
