import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { requireRights } from "../identity/require-rights.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { requireEnterpriseProject } from "./require-enterprise-project.ts";

/** What a caller needs in the enterprise project that an image is moved to. */
const actions: readonly Action[] = ["ims:serverImages:create", "ims:images:update"];

/**
 * Lets a change of an image move it into another enterprise project.
 *
 * Throws  IMG.0155; IMG.0026 without the rights there (ims-api §1.4)
 */
export async function requireMove(
  catalog: Pick<Catalog, "enterpriseProjects" | "identity">,
  principal: Principal,
  { image, enterpriseProjectId }: { readonly image: ImageRecord; readonly enterpriseProjectId: string },
): Promise<void> {
  await requireEnterpriseProject(catalog, principal, { id: enterpriseProjectId, projectId: image.projectId });
  requireRights(principal, actions, { resource: { ...image, enterpriseProjectId } });
}
