import { createHash } from "node:crypto";

/** 32 hex digits that depend on the names alone. */
export function derivedId(kind: string, domainId: string, name: string): string {
  return createHash("sha256")
    .update(JSON.stringify(["tintype", kind, domainId, name]))
    .digest("hex")
    .slice(0, 32);
}
