import type { ImageV2 } from "@tintype/contract/image-v2/images.ts";
import { taskProgress, tasksUnderWay } from "../../image-imports/task-progress.ts";
import type { TaskProgress, TaskProgressDeps } from "../../image-imports/task-progress.ts";
import { areSeveral } from "../../images/wanted-stores.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import type { NamedStores } from "../../ports/named-stores.ts";
import { toImage } from "./to-image.ts";
import { toTaskId } from "./to-task.ts";
import type { Viewer } from "./viewer.ts";

/** Shows an image with the stores that hold it, and how far its newest task is. */
export async function showImage(deps: TaskProgressDeps, image: ImageRecord, viewer: Viewer): Promise<ImageV2> {
  return shown(deps, { image, viewer, progress: await taskProgress(deps, image) });
}

/** Shows the images of a page. Of tasks that are over it tells nothing. */
export async function showImages(deps: TaskProgressDeps, images: readonly ImageRecord[], viewer: Viewer): Promise<ImageV2[]> {
  const tasks = await tasksUnderWay(deps, images);
  return images.map((image) => shown(deps, { image, viewer, progress: tasks.get(image.id) }));
}

interface Showing {
  readonly image: ImageRecord;
  readonly viewer: Viewer;
  readonly progress: TaskProgress | undefined;
}

function shown({ stores }: TaskProgressDeps, { image, viewer, progress }: Showing): ImageV2 {
  return { ...toImage(image, viewer), ...storesOf(stores, image), ...toProgress(progress) };
}

function storesOf(stores: NamedStores, { status, stores: names }: ImageRecord): { readonly stores?: string } {
  const hasContent = status === "active" || status === "deactivated";
  const inOrder = stores.all.map(({ name }) => name).filter((name) => names.includes(name));
  return hasContent && areSeveral(stores) && inOrder.length > 0 ? { stores: inOrder.join(",") } : {};
}

/** Names as Glance gives them, in the order of their letters. No property of an image is called so. */
function toProgress(progress: TaskProgress | undefined): Readonly<Record<string, string>> {
  if (progress === undefined) {
    return {};
  }
  const { unfinishedJobId, importing, failed } = progress;
  return {
    ...(unfinishedJobId !== undefined && { os_glance_import_task: toTaskId(unfinishedJobId) }),
    os_glance_importing_to_stores: importing.toSorted().join(","),
    os_glance_failed_import: failed.toSorted().join(","),
  };
}
