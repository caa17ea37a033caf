import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { StoreLocation } from "./open-store.ts";
import { StartError } from "./start-error.ts";

/** A store's name, and where it is to lie. */
export interface NamedLocation {
  readonly name: string;
  readonly location: StoreLocation;
}

/**
 * Stores must not lie in each other: each would take the other's files for what is left over, or be refused halfway. Folders are compared
 * with their links followed.
 *
 * Throws  StartError naming both stores
 */
export async function checkStorePlaces(stores: readonly NamedLocation[]): Promise<void> {
  const places: { readonly name: string; readonly folder: string; readonly bucket: string | undefined }[] = [];
  for (const { name, location } of stores) {
    const folder = await realFolder(resolve(location.folder));
    const bucket =
      location.bucket && [location.bucket.endpoint.replace(/\/+$/, ""), location.bucket.bucket, location.bucket.prefix].join(" ");
    const nested = places.find((other) => isWithin(folder, other.folder) || isWithin(other.folder, folder));
    if (nested !== undefined) {
      const relation = nested.folder === folder ? "the same folder" : `folders of which one lies in the other, ${nested.folder} and`;
      throw new StartError(`The stores "${nested.name}" and "${name}" have ${relation} ${folder}. Give each a folder of its own.`);
    }
    const twin = places.find((other) => bucket !== undefined && other.bucket === bucket);
    if (twin !== undefined) {
      const message = `The stores "${twin.name}" and "${name}" have the same bucket and prefix. Give each a bucket or a prefix of its own.`;
      throw new StartError(message);
    }
    places.push({ name, folder, bucket });
  }
}

function isWithin(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === "" || (way !== ".." && !way.startsWith("../"));
}

/** The real name of a folder that may not be there yet. */
async function realFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch (error) {
    const parent = dirname(folder);
    if (parent === folder || !(error instanceof Error && "code" in error && error.code === "ENOENT")) {
      throw new StartError(`The folder ${folder} of a store cannot be used: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    return join(await realFolder(parent), basename(folder));
  }
}
