import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/principal.ts";
import type { RecycledImage, RecycledPage } from "../ports/recycle-bin.ts";

/** What listing needs. */
export interface ListRecycledDeps {
  readonly catalog: Pick<Catalog, "recycleBin">;
  readonly clock: Clock;
}

/** A page of the recycle bin, and whether there is more behind it. */
export interface ListedRecycled {
  readonly images: readonly RecycledImage[];
  /** Behind which image the next page begins. */
  readonly next: RecycledImage | undefined;
}

/** One page of the project's deleted images that can be restored. Throws IMG.0026. */
export async function listRecycled(deps: ListRecycledDeps, principal: Principal, page: RecycledPage): Promise<ListedRecycled> {
  const caller = imageCaller(principal, "ims:images:list");
  const found = await deps.catalog.recycleBin.list(caller.projectId, page);
  const now = deps.clock.now();
  return {
    images: found.filter(({ image, purgeAt }) => purgeAt > now && caller.may(image)),
    next: found.length === page.limit ? found.at(-1) : undefined,
  };
}
