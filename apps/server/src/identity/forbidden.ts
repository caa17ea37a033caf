import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ErrorCode } from "@tintype/contract/service-error.ts";
import type { Principal } from "../ports/principal.ts";
import { explainDenied } from "./authorize.ts";
import type { ResourceFacts } from "./resource-facts.ts";

/** How each service says that a right is missing. */
const codes: Readonly<Record<string, ErrorCode>> = {
  ims: "IMG.0026",
  kms: "KMS.0307",
  cts: "CTS.0002",
  tms: "TMS.0004",
  eps: "EPS.0004",
  obs: "obs.AccessDenied",
  tintype: "api.operatorsOnly",
};

/**
 * The refusal of a call for want of an action: it names the action, and roles that lack the one they depend on. It is in the words of the
 * action's service, unless another code is wanted.
 */
export function forbidden(principal: Principal, action: Action, resource?: ResourceFacts, code?: ErrorCode): ServiceError {
  const { idleRoles } = explainDenied(principal, action, resource);
  const reasons = idleRoles.map(({ name, needs }) => `${name} has no effect without ${needs}`);
  const told = reasons.length === 0 ? action : `${action} (${reasons.join("; ")})`;
  const service = action.slice(0, action.indexOf(":"));
  return new ServiceError(code ?? codes[service] ?? "identity.forbidden", { action: told });
}
