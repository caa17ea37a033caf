import { ServiceError } from "@tintype/contract/service-error.ts";
import { deleteObjects as remove } from "../../../buckets/delete-objects.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";
import { projectFor } from "../project-for.ts";
import { readXmlBody } from "../read-xml-body.ts";
import { writeXml } from "../xml/write-xml.ts";

/** DeleteObjects: up to 1000 at once, all or none. */
export async function deleteObjects(call: ObsCall): Promise<ObsAnswer> {
  const { services, address, principal } = call;
  const wanted = await readXmlBody(call, call.payload(), "Delete");
  const keys = wanted?.all("Object").map((object) => object.text("Key") ?? "") ?? [];
  const { pageEntries } = services.ceilings;
  if (keys.length === 0 || keys.length > pageEntries || keys.includes("")) {
    throw new ServiceError("obs.MalformedXML", { reason: `it must name 1 to ${pageEntries} objects, each by its Key` });
  }
  for (const key of keys) {
    projectFor(principal, "obs:object:DeleteObject", { bucket: address.bucket, key });
  }
  await remove(services, address, keys);
  const told = wanted?.text("Quiet")?.trim() === "true" ? [] : keys;
  return { status: 200, body: writeXml(["DeleteResult", ...told.map((key) => ["Deleted", ["Key", key]] as const)]) };
}

/** DeleteObject. A key without an object is as good as deleted. */
export async function deleteObject({ services, address }: ObsCall): Promise<ObsAnswer> {
  await remove(services, address, [address.key]);
  return { status: 204 };
}
