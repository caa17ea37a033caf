import type { IncomingMessage } from "node:http";
import { uploadsPath } from "@tintype/contract/tus/tus-protocol.ts";

const uploadMethods: ReadonlySet<string> = new Set(["POST", "HEAD", "PATCH", "DELETE", "OPTIONS"]);

/** The method that a request asks for in place of its own; undefined when it asks for none. */
export function overriddenMethod({ headers }: Pick<IncomingMessage, "headers">): string | undefined {
  const [name = ""] = [headers["x-http-method-override"] ?? ""].flat();
  return name === "" ? undefined : name.trim().toUpperCase();
}

/**
 * Gives a request about uploads the method that its X-HTTP-Method-Override names: for clients that can send nothing but GET and POST. It
 * happens before the request is routed, so everything behind it, signatures too, sees that method alone.
 *
 * Source  tus resumable upload protocol 1.0.0, "X-HTTP-Method-Override"
 */
export function overrideMethod(request: Pick<IncomingMessage, "headers" | "method" | "url">): void {
  const method = overriddenMethod(request);
  const [path = ""] = (request.url ?? "").split("?", 1);
  if (method !== undefined && uploadMethods.has(method) && (path === uploadsPath || path.startsWith(`${uploadsPath}/`))) {
    request.method = method;
  }
}
