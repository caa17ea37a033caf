import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Operation } from "./obs-call.ts";
import type { ObsRequest } from "./obs-request.ts";
import { operations, subresources } from "./operations.table.ts";

/**
 * Tells what a request asks for.
 *
 * Throws  obs.NotImplemented, obs.MethodNotAllowed
 */
export function findOperation(request: ObsRequest): Operation {
  const about = request.bucket === "" ? "service" : request.key === "" ? "bucket" : "object";
  const asked = request.query.map(([name]) => name).filter((name) => subresources.has(name));
  const possible = operations.filter((operation) => operation.about === about && operation.method === request.method);
  if (possible.length === 0) {
    throw new ServiceError("obs.MethodNotAllowed", { method: request.method.slice(0, 20) });
  }
  const isAsked = ({ parameter, header }: Operation) =>
    (parameter === undefined ? asked.length === 0 : asked.includes(parameter)) &&
    (header === undefined || request.header(header) !== undefined);
  // One that needs a header besides stands for more than one that does not.
  const fitting = possible.filter(isAsked).sort((one, other) => Number(other.header !== undefined) - Number(one.header !== undefined));
  const [operation] = fitting;
  if (operation === undefined || asked.some((name) => name !== operation.parameter)) {
    const parameters = asked.map((name) => `?${name}`).join(" and ");
    const what = `${request.method} of ${about === "object" ? "an object" : "a bucket"}${parameters && ` with ${parameters}`}`;
    throw new ServiceError("obs.NotImplemented", { what });
  }
  return operation;
}
