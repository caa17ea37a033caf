import { describeAction } from "@tintype/contract/permissions/actions.table.ts";
import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import type { GrantedStatement, PolicyCondition, ResourcePattern } from "../ports/policy.ts";
import type { Principal } from "../ports/principal.ts";
import { callerKeys, resourceKeys, tagKeyPrefixes } from "./condition-keys.table.ts";
import { conditionOperators } from "./condition-operators.table.ts";
import { matchesPattern } from "./matches-pattern.ts";
import type { ResourceFacts } from "./resource-facts.ts";

/** Whether a statement counts; `maybe` while it is not known which thing it is about. */
export type Verdict = "yes" | "no" | "maybe";

/** What is asked of a statement. */
export interface Question {
  readonly principal: Principal;
  readonly action: Action;
  /** Undefined while it is not known. */
  readonly resource: ResourceFacts | undefined;
}

/** Services whose things belong to a domain or to nobody; rights on a whole domain are for these alone. */
const globalServices: ReadonlySet<string> = new Set(["iam", "eps", "tms", "obs", "tintype"]);

/** Tells whether a statement speaks of what is asked. With a resource it is never `maybe`. */
export function statementVerdict(statement: GrantedStatement, question: Question): Verdict {
  if (!isAboutAction(statement, question.action)) {
    return "no";
  }
  const { resource, principal, action } = question;
  const service = serviceOf(action);
  const isInProject =
    statement.enterpriseProjectId === undefined ||
    (resource === undefined ? "maybe" : statement.enterpriseProjectId === resource.enterpriseProjectId);
  const isThing =
    statement.resources.length === 0 ||
    (resource === undefined ? "maybe" : statement.resources.some((pattern) => isMeant(pattern, { service, principal, resource })));
  const parts = [isInProject, isThing, ...statement.conditions.map((condition) => holds(condition, question))];
  if (parts.includes(false)) {
    return "no";
  }
  return parts.includes("maybe") ? "maybe" : "yes";
}

function isAboutAction(statement: GrantedStatement, action: Action): boolean {
  const { isOperators = false, byEnterpriseProject } = describeAction(action);
  const isWithinBounds =
    (!isOperators || statement.mayOperate) &&
    (!statement.isGlobalOnly || globalServices.has(serviceOf(action))) &&
    (statement.enterpriseProjectId === undefined || byEnterpriseProject);
  const name = action.toLowerCase();
  return isWithinBounds && statement.actions.some((pattern) => matchesPattern(pattern, name));
}

function serviceOf(action: Action): string {
  return action.slice(0, action.indexOf(":"));
}

function isMeant(
  pattern: ResourcePattern,
  { service, principal, resource }: { readonly service: string; readonly principal: Principal; readonly resource: ResourceFacts },
): boolean {
  return (
    matchesPattern(pattern.service, service) &&
    matchesPattern(pattern.domain, principal.domainId) &&
    matchesPattern(pattern.type, resource.type ?? "image") &&
    matchesPattern(pattern.id, resource.id)
  );
}

function holds({ operator: name, key, values }: PolicyCondition, question: Question): boolean | "maybe" {
  const operator = conditionOperators[name];
  const actual = valueOf(key, question);
  if (operator === undefined) {
    throw new Error(`A policy was let in with the operator ${name}, which nobody knows`);
  }
  if (actual === "unknown") {
    return "maybe";
  }
  const { value } = actual;
  return (value !== undefined && values.some((wanted) => operator.fits(value, wanted))) !== operator.isNegated;
}

function valueOf(key: string, { principal, resource }: Question): { readonly value: string | undefined } | "unknown" {
  const ofCaller = callerKeys[key];
  if (ofCaller !== undefined) {
    return { value: ofCaller(principal) };
  }
  if (resource === undefined) {
    return "unknown";
  }
  const ofResource = resourceKeys[key];
  return { value: ofResource === undefined ? tagValue(key, resource.tags) : ofResource(resource) };
}

/** Value of the tag that a key asks for; empty for a tag that has none. */
function tagValue(key: string, tags: readonly string[]): string | undefined {
  const prefix = tagKeyPrefixes.find((candidate) => key.startsWith(candidate)) ?? "";
  const name = key.slice(prefix.length);
  const tag = tags.find((candidate) => candidate === name || candidate.startsWith(`${name}=`));
  return tag === undefined ? undefined : tag.slice(name.length + 1);
}
