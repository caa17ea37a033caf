import type { Principal } from "../../../ports/principal.ts";
import type { XmlNode } from "../xml/write-xml.ts";

/** Who owns a bucket and everything in it: its project, which is the caller's, since others do not see it. */
export function ownerNode({ project }: Principal, name = "Owner"): XmlNode {
  return [name, ["ID", project?.id], ["DisplayName", project?.name]];
}
