import type { ImportCheck, ImportCheckRequest } from "@tintype/contract/api/import-checks.ts";
import type { CallOptions } from "./buckets.ts";
import type { Session } from "./session/session.ts";

/**
 * Whether an import would pass now, and every reason why not. Nothing is changed by asking.
 *
 * Throws  ConnectionError, ApiError (403: the caller may not import at all)
 */
export async function checkImport(session: Session, request: ImportCheckRequest, options: CallOptions = {}): Promise<ImportCheck> {
  // The service validates its answers against this very schema.
  return (await session.json({ method: "POST", path: "/api/v1/import-checks", body: request, ...options })) as ImportCheck;
}
