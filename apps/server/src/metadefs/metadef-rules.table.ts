import type { Rule } from "../images/check-rules.ts";
import type { MetadefNamespaceRecord } from "../ports/metadef-catalog.ts";

/** What must hold before a namespace, or something in it, is deleted. */
export const deletionRules: readonly Rule<Pick<MetadefNamespaceRecord, "name" | "protected">>[] = [
  {
    name: "notProtected",
    requirement: "OpenStack Image API, Delete namespace",
    code: "image.metadefProtected",
    holds: (namespace) => !namespace.protected,
    data: ({ name }) => ({ name: name.slice(0, 100) }),
  },
];
