import type { Catalog } from "./ports/catalog.ts";
import type { ImagesInStores } from "./ports/image-catalog.ts";
import type { Log } from "./ports/log.ts";
import type { OpenStores } from "./open-stores.ts";
import { StartError } from "./start-error.ts";

/** The stores that are open, and what the catalog says of stores. */
export interface NamedStoresCheck extends Pick<OpenStores, "lost"> {
  readonly catalog: { readonly images: Pick<Catalog["images"], "countByStores"> };
  readonly stores: { readonly all: readonly { readonly name: string }[] };
  readonly log: Pick<Log, "warn">;
}

/**
 * Refuses to go on without stores that images lie in and that the settings do not name: such images would be said to be lost. Those that lie in
 * a store that is named, too, can be read: that is a warning, or refused as well where work on the stores is to come upon all of them (`needsAll`).
 *
 * Throws  StartError
 */
export async function checkStoresAreNamed(
  { catalog, stores, lost, log }: NamedStoresCheck,
  { needsAll = false }: { readonly needsAll?: boolean } = {},
): Promise<void> {
  const open = new Set(stores.all.map(({ name }) => name));
  const known = open.union(new Set(lost));
  const missing = (await catalog.images.countByStores()).filter((group) => group.stores.some((name) => !known.has(name)));
  const refused = needsAll ? missing : missing.filter((group) => !group.stores.some((name) => open.has(name)));
  if (refused.length > 0) {
    throw new StartError(`${sentence(refused, known)}. ${remedy}`);
  }
  if (missing.length > 0) {
    log.warn({}, `${sentence(missing, known)}; they lie in others, too. ${remedy}`);
  }
}

const remedy = [
  "Name them with the settings that the server had: --config, or TINTYPE_STORES_FILE.",
  'If a store has another name now, or was taken out for good, run "tintype store rebuild" while the server is stopped.',
  'If one is lost for good, add its name to "lost" in the file of TINTYPE_STORES_FILE: the images that lay in it alone cannot be read then.',
].join(" ");

function sentence(groups: readonly ImagesInStores[], known: ReadonlySet<string>): string {
  const counts = new Map<string, number>();
  for (const { stores, images } of groups) {
    for (const name of stores.filter((one) => !known.has(one))) {
      counts.set(name, (counts.get(name) ?? 0) + images);
    }
  }
  const named = [...counts].map(([name, images]) => `"${name}" (${images} ${images === 1 ? "image" : "images"})`);
  return `Images lie in stores that are not configured: ${named.join(", ")}`;
}
