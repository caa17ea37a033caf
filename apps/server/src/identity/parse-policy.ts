import { actions } from "@tintype/contract/permissions/actions.table.ts";
import { PolicyDocument, policyBounds } from "@tintype/contract/permissions/policy-document.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { Value } from "typebox/value";
import type { PolicyCondition, PolicyStatement, ResourcePattern } from "../ports/policy.ts";
import { callerKeys, resourceKeys, tagKeyPrefixes } from "./condition-keys.table.ts";
import { conditionOperators } from "./condition-operators.table.ts";
import { matchesPattern } from "./matches-pattern.ts";

/** A policy that was found good: as it was written, and what it means. */
export interface ParsedPolicy {
  readonly document: PolicyDocument;
  readonly statements: readonly PolicyStatement[];
}

/**
 * Judges a policy and reads what it means. Actions of services that are not here are let pass, so that policies can be brought along;
 * those of the image service have to be ones that there are.
 *
 * Throws  identity.policyInvalid, with the place
 */
export function parsePolicy(value: unknown): ParsedPolicy {
  if (!Value.Check(PolicyDocument, value)) {
    const [first] = Value.Errors(PolicyDocument, value);
    throw invalid(first?.instancePath || "/", first?.message ?? "it is not as it should be");
  }
  if (JSON.stringify(value).length > policyBounds.characters) {
    throw invalid("/", `it has more than ${policyBounds.characters} characters`);
  }
  return { document: value, statements: value.Statement.map((statement, index) => readStatement(statement, `/Statement/${index}`)) };
}

function readStatement(statement: PolicyDocument["Statement"][number], place: string): PolicyStatement {
  return {
    effect: statement.Effect,
    actions: statement.Action.map((text, index) => readAction(text, `${place}/Action/${index}`)),
    resources: (statement.Resource ?? []).map((text, index) => readResource(text, `${place}/Resource/${index}`)),
    conditions: Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => readCondition({ operator, key, values }, `${place}/Condition/${operator}`)),
    ),
  };
}

const names = Object.keys(actions).map((name) => name.toLowerCase());

function readAction(text: string, place: string): string {
  const pattern = text.toLowerCase();
  if (!/^(\*|[a-z0-9*-]+:([a-z0-9*-]+:)?[a-z0-9*-]+)$/.test(pattern)) {
    throw invalid(place, "an action is written service:type:verb, with * for any text");
  }
  if (pattern.startsWith("ims:") && !names.some((name) => matchesPattern(pattern, name))) {
    throw invalid(place, "there is no such action of the image service");
  }
  return pattern;
}

function readResource(text: string, place: string): ResourcePattern {
  const [service = "", region, domain = "", type = "", ...rest] = text.split(":");
  const id = rest.join(":");
  if (service === "" || type === "" || id === "") {
    throw invalid(place, "a resource is written service:region:domain:type:id, with * for any text");
  }
  if (region !== "*" && region !== "") {
    throw invalid(place, "rights hold in the projects where they are given, so the region has to be *");
  }
  return { service: service.toLowerCase(), domain: domain === "" ? "*" : domain, type: type.toLowerCase(), id };
}

type Values = NonNullable<PolicyDocument["Statement"][number]["Condition"]>[string][string];

function readCondition(
  { operator: name, key: written, values }: { readonly operator: string; readonly key: string; readonly values: Values },
  place: string,
): PolicyCondition {
  const operator = Object.hasOwn(conditionOperators, name) ? conditionOperators[name] : undefined;
  if (operator === undefined) {
    throw invalid(place, `the operator has to be one of ${Object.keys(conditionOperators).join(", ")}`);
  }
  const slash = written.indexOf("/");
  const key = slash < 0 ? written.toLowerCase() : written.slice(0, slash).toLowerCase() + written.slice(slash);
  const isTag = tagKeyPrefixes.some((prefix) => key.startsWith(prefix) && key.length > prefix.length);
  if (!isTag && !Object.hasOwn(callerKeys, key) && !Object.hasOwn(resourceKeys, key)) {
    const ofCaller = [
      "g:UserName",
      "g:UserId",
      "g:ProjectName",
      "g:ProjectId",
      "g:DomainName",
      "g:DomainId",
      "g:CurrentTime",
      "g:MFAPresent",
    ];
    const known = [...ofCaller, "g:EnterpriseProjectId"];
    throw invalid(place, `the key has to be one of ${[...known, "g:ResourceTag/<key>", "ims:imageTag/<key>"].join(", ")}`);
  }
  const texts = (typeof values === "object" ? values : [values]).map(String);
  if (!texts.every((text) => operator.isValue(text))) {
    throw invalid(place, `the values of ${name} have to be ${operator.values}`);
  }
  return { operator: name, key, values: texts };
}

function invalid(place: string, problem: string): ServiceError {
  return new ServiceError("identity.policyInvalid", { place: place.slice(0, 200), problem });
}
