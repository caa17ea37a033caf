import { StoreDetailsInfo, StoresInfo } from "@tintype/contract/image-v2/stores.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import { requireAdministrator, tasksAction } from "../../image-imports/image-tasks.ts";
import { removeFromStore } from "../../images/remove-from-store.ts";
import { areSeveral } from "../../images/wanted-stores.ts";
import type { NamedStore, NamedStores } from "../../ports/named-stores.ts";
import { Done, traced } from "./image-calls.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";

const config = { access: ["ims:images:list"] } as const;
const tags = ["stores"];

/** Tells which stores there are, and takes images out of one of them; only where there are several. */
export function addStoreRoutes(app: ImageV2App, services: ImageV2Services): void {
  const { stores } = services;
  app.get(
    "/v2/info/stores",
    {
      config,
      schema: {
        operationId: "listStores",
        summary: "List the stores, where there are several",
        tags,
        response: { 200: StoresInfo, ...refusals },
      },
    },
    async () => ({ stores: several(stores).map(toStore) }),
  );
  app.get(
    "/v2/info/stores/detail",
    {
      config,
      schema: {
        operationId: "listStoreDetails",
        summary: "List the stores in detail, where there are several",
        tags,
        response: { 200: StoreDetailsInfo, ...refusals },
      },
    },
    async ({ principal }) => {
      requireAdministrator(principal);
      return { stores: several(stores).map(toDetailedStore) };
    },
  );
  app.delete(
    "/v2/stores/:store_id/:image_id",
    {
      config: traced(tasksAction, "removeImageFromStore"),
      schema: {
        operationId: "removeImageFromStore",
        summary: "Take an image out of one of the stores that hold it",
        tags,
        params: Type.Object({ store_id: Type.String(), image_id: Type.String() }),
        response: { 204: Done, ...refusals },
      },
    },
    async (request, reply) => {
      several(stores);
      const { store_id: store, image_id: imageId } = request.params;
      const { id, name } = await removeFromStore(services, request.principal, { imageId, store });
      request.traced = { resourceId: id, resourceName: name };
      return await reply.code(204).send(null);
    },
  );
}

/** Throws  image.oneStore */
function several(stores: NamedStores): readonly NamedStore[] {
  if (!areSeveral(stores)) {
    throw new ServiceError("image.oneStore");
  }
  return stores.all;
}

function toStore({ name, description, isDefault }: NamedStore) {
  return { id: name, ...(description !== "" && { description }), ...(isDefault && { default: "true" as const }) };
}

function toDetailedStore(store: NamedStore) {
  const { type, weight, place } = store;
  return { ...toStore(store), type, weight, properties: type === "file" ? { data_dir: place } : { location: place } };
}
