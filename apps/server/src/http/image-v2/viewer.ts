import { imageCaller } from "../../images/image-caller.ts";
import type { LocationSettings } from "../../images/locations/location-change.ts";
import type { KnownSystems, OsLists } from "../../os-lists/known-systems.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import type { ProjectId } from "../../ports/ids.ts";
import type { Principal } from "../../ports/principal.ts";

/** Who looks at images. */
export interface Viewer {
  readonly projectId: ProjectId;
  readonly isAdministrator: boolean;
  readonly settings: Pick<LocationSettings, "locations">;
  /** What is known of the systems in images. */
  readonly systems: KnownSystems;
}

/** Throws  as `imageCaller` */
export function viewerOf(
  { files: settings, osLists }: { readonly files: LocationSettings; readonly osLists: OsLists },
  principal: Principal,
): Viewer {
  const { projectId, isAdministrator } = imageCaller(principal, "ims:images:get");
  return { projectId, isAdministrator, settings, systems: osLists.current };
}

/** Tells whether someone is shown where the content of an image lies: an address tells more than the image. */
export function seesLocations({ projectId, isAdministrator, settings }: Viewer, image: Pick<ImageRecord, "projectId">): boolean {
  return settings.locations === "shown" && (isAdministrator || image.projectId === projectId);
}
