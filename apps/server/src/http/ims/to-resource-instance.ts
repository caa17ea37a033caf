import type { ResourceInstancesAnswer } from "@tintype/contract/ims/resource-instances.ts";
import { parseTagText } from "../../images/image-tags.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";

/** An image as a search by tags shows it. */
export function toResourceInstance({ id, name, status, tags }: ImageRecord): NonNullable<ResourceInstancesAnswer["resources"]>[number] {
  return { resource_id: id, resource_name: name, resource_detail: { status }, tags: tags.map(parseTagText) };
}
