import { mayDo } from "../identity/authorize.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { MetadefNamespaceFilter, MetadefNamespaceRecord } from "../ports/metadef-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { metadefNotFound } from "./metadef-words.ts";

/** Whose private namespaces a caller sees: its own project's, or everybody's when it manages them. */
export function visibleTo(principal: Principal): MetadefNamespaceFilter["visibleTo"] {
  return mayDo(principal, "tintype:metadefs:manage") ? undefined : (principal.project?.id ?? "none");
}

/**
 * A namespace that is there for the caller.
 *
 * Throws  image.metadefNotFound, for another project's private one as well
 */
export async function findNamespace(
  { metadefs }: Pick<Catalog, "metadefs">,
  principal: Principal,
  name: string,
): Promise<MetadefNamespaceRecord> {
  const found = await metadefs.namespace(name);
  const viewer = visibleTo(principal);
  if (found === undefined || (viewer !== undefined && found.visibility === "private" && found.owner !== viewer)) {
    throw metadefNotFound("namespace", name);
  }
  return found;
}
