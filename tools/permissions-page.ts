import { actions, describeAction, isAction } from "@tintype/contract/permissions/actions.table.ts";
import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { policyBounds } from "@tintype/contract/permissions/policy-document.ts";
import { operations } from "@tintype/server/http/obs/operations.table.ts";
import { callerKeys, resourceKeys, tagKeyPrefixes } from "@tintype/server/identity/condition-keys.table.ts";
import { conditionOperators } from "@tintype/server/identity/condition-operators.table.ts";
import { systemRole, systemRoles } from "@tintype/server/identity/system-roles.table.ts";

/** The part of an OpenAPI document that tells what calls need. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly "x-required-actions"?: readonly string[] | string }>>>>;
}

const yes = (is: boolean): string => (is ? "√" : "×");

/**
 * The page of permissions, docs/permissions.md: actions with the calls that need them, roles and policies, and how policies are written.
 *
 * @param documents texts of the OpenAPI documents that the service serves
 */
export function permissionsPage(documents: readonly string[]): string {
  // Made by the service itself.
  const calls = callsByAction(documents.map((text) => JSON.parse(text) as Document));
  return [...introduction, ...syntax(), ...bootstrap, ...roles(), ...tables(calls)].join("\n");
}

const introduction = [
  "# Permissions / 权限",
  "",
  "Made by `npm run permissions` from the tables of actions, roles and calls.",
  "",
  "A new user has no rights. Rights are roles and policies: they are given to a user, or better to a group, in one project",
  "(`PUT /v3/projects/{project}/groups/{group}/roles/{role}`), in all projects of a domain (`/v3/OS-INHERIT/domains/…/inherited_to_projects`), for",
  "one enterprise project (`/v3.0/OS-PERMISSION/enterprise-projects/…`), or on a domain (`/v3/domains/…`), where they count for services without",
  "projects alone: IAM, EPS, TMS, OBS. A call is let in when something allows its action and nothing denies it. A refusal names the action that is",
  "missing, and a role that has no effect because the one it depends on is missing. A change counts from the next call on.",
  "",
];

function syntax(): readonly string[] {
  const keys = [...Object.keys(callerKeys), ...Object.keys(resourceKeys), ...tagKeyPrefixes.map((prefix) => `${prefix}<key>`)];
  return [
    "## Custom policies / 自定义策略",
    "",
    "```json",
    '{ "Version": "1.1", "Statement": [',
    '  { "Effect": "Allow", "Action": ["ims:*:*"] },',
    '  { "Effect": "Deny", "Action": ["ims:images:delete"], "Resource": ["ims:*:*:image:*"],',
    '    "Condition": { "StringEquals": { "ims:imageTag/stage": ["production"] } } } ] }',
    "```",
    "",
    `At most ${policyBounds.statements} statements, ${policyBounds.actions} actions and ${policyBounds.resources} resources in each, ${policyBounds.characters} characters in all. \`*\` stands for any text; the`,
    "case of actions does not matter. Resources are `ims:*:*:image:<id>`, `obs:*:*:bucket:<name>`, `obs:*:*:object:<bucket>/<key>` and",
    "`kms:*:*:KeyId:<id>`; rights hold in the projects where they are given, so the region is `*`. All conditions of a statement have to hold, and of",
    "the values of one it takes one; with an operator that negates, none may fit, also where there is nothing to compare.",
    "",
    `Operators: ${Object.keys(conditionOperators).join(", ")}.`,
    "",
    `Keys, whatever their case: ${keys.map((key) => `\`${key}\``).join(", ")}.`,
    "",
    "Where a call is about no thing yet, or about several, it is let in if there may be a thing that passes; each thing is judged again.",
    "",
  ];
}

const bootstrap = [
  "## In the bootstrap file / 初始化文件",
  "",
  "The file of `TINTYPE_BOOTSTRAP_FILE` may name policies and groups beside projects and users. Grants of users and groups are in a project, in all",
  "projects, on the domain, or for an enterprise project; roles are named by id or name. What is there already is kept, nothing is taken away.",
  "",
  "```json",
  "{",
  '  "domain": { "id": "default", "name": "Default" },',
  '  "projects": [{ "name": "demo" }],',
  '  "policies": [{ "name": "look", "policy": { "Version": "1.1", "Statement": [{ "Effect": "Allow", "Action": ["ims:*:list", "ims:*:get"] }] } }],',
  '  "users": [{ "name": "ann", "password": "…", "grants": [] }],',
  '  "groups": [',
  '    { "name": "operations", "users": ["ann"], "grants": [',
  '      { "project": "demo", "roles": ["look"] },',
  '      { "allProjects": true, "roles": ["OBS ReadOnlyAccess"] },',
  '      { "enterpriseProject": "0", "roles": ["IMS FullAccess"] },',
  '      { "domain": true, "roles": ["Security Administrator"] }',
  "    ] }",
  "  ]",
  "}",
  "```",
  "",
];

function roles(): readonly string[] {
  return [
    "## System roles and policies / 系统角色和系统策略",
    "",
    "| id | name / 名称 | kind | allows / 权限 | depends on / 依赖 |",
    "| --- | --- | --- | --- | --- |",
    ...systemRoles.map(({ id, name, kind, en, zh, dependsOn }) => {
      const needs = dependsOn.map((needed) => systemRole(needed)?.name ?? needed).join(", ");
      return `| \`${id}\` | ${name} | ${kind} | ${en}<br>${zh} | ${needs || "–"} |`;
    }),
    "",
    "`admin`, `member` and `reader` are OpenStack's. Only an operator, who has `admin`, gives that role or changes who has it.",
    "",
  ];
}

function tables(calls: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const names = Object.keys(actions).filter(isAction);
  const services = [...new Set(names.map(serviceOf))];
  return [
    "## Actions and calls / 授权项和接口",
    "",
    "IAM project / 项目: it can be given in a project. Enterprise project / 企业项目: it can be given for one enterprise project alone.",
    "",
    ...services.flatMap((service) => [
      `### \`${service}\``,
      "",
      "| action / 授权项 | what / 说明 | IAM project | enterprise project | calls / 接口 |",
      "| --- | --- | --- | --- | --- |",
      ...names.filter((name) => serviceOf(name) === service).map((name) => row(name, calls.get(name) ?? [])),
      "",
    ]),
    "### Calls that need no action / 无需授权项的接口",
    "",
    ...(calls.get("authenticated") ?? []).map((call) => `- ${call}: any known caller`),
    ...(calls.get("anyone") ?? []).map((call) => `- ${call}: anyone`),
    "",
  ];
}

function row(action: Action, calls: readonly string[]): string {
  const { en, zh, byEnterpriseProject, isOperators = false } = describeAction(action);
  return `| \`${action}\` | ${en}<br>${zh} | ${yes(!isOperators)} | ${yes(byEnterpriseProject)} | ${calls.join("<br>") || "–"} |`;
}

function serviceOf(action: string): string {
  return action.slice(0, action.indexOf(":"));
}

/** The calls that need each action, those of the bucket dialect by their S3 names, and those under `anyone` and `authenticated` that need none. */
function callsByAction(documents: readonly Document[]): ReadonlyMap<string, readonly string[]> {
  const calls = new Map<string, string[]>();
  for (const { name, action } of operations) {
    calls.set(action, [...(calls.get(action) ?? []), `buckets: ${name}`]);
  }
  for (const { paths } of documents) {
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const needed = operation["x-required-actions"] ?? [];
        for (const action of typeof needed === "string" ? [needed] : needed) {
          calls.set(action, [...(calls.get(action) ?? []), `\`${method.toUpperCase()} ${path}\``]);
        }
      }
    }
  }
  return calls;
}
