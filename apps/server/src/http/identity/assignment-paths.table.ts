import type { ScopeKind, SubjectKind } from "../../ports/identity-catalog.ts";

/** An address below which rights are given. */
export interface AssignmentPath {
  /** The part of the dialect, e.g. `/v3`. */
  readonly version: "v3" | "v3.0";
  /** With `:scope_id` and `:subject_id`; the roles are below it. */
  readonly path: string;
  /** What follows the role. */
  readonly suffix: string;
  readonly scopeKind: ScopeKind;
  readonly subjectKind: SubjectKind;
  /** For the names of operations. */
  readonly name: string;
}

const kinds = [
  { subjectKind: "user", segment: "users", word: "User" },
  { subjectKind: "group", segment: "groups", word: "Group" },
] as const;

const inherited = "/inherited_to_projects";

/** Source  OpenStack Identity v3 (roles, OS-INHERIT); Huawei Cloud IAM API reference, permissions, enterprise projects and agencies */
export const assignmentPaths: readonly AssignmentPath[] = [
  ...kinds.flatMap(({ subjectKind, segment, word }): readonly AssignmentPath[] => [
    {
      version: "v3",
      path: `/projects/:scope_id/${segment}/:subject_id/roles`,
      suffix: "",
      scopeKind: "project",
      subjectKind,
      name: `${word}OnProject`,
    },
    {
      version: "v3",
      path: `/domains/:scope_id/${segment}/:subject_id/roles`,
      suffix: "",
      scopeKind: "domain",
      subjectKind,
      name: `${word}OnDomain`,
    },
    {
      version: "v3",
      path: `/OS-INHERIT/domains/:scope_id/${segment}/:subject_id/roles`,
      suffix: inherited,
      scopeKind: "allProjects",
      subjectKind,
      name: `${word}OnAllProjects`,
    },
    {
      version: "v3.0",
      path: `/OS-PERMISSION/enterprise-projects/:scope_id/${segment}/:subject_id/roles`,
      suffix: "",
      scopeKind: "enterpriseProject",
      subjectKind,
      name: `${word}OnEnterpriseProject`,
    },
  ]),
  {
    version: "v3.0",
    path: "/OS-AGENCY/projects/:scope_id/agencies/:subject_id/roles",
    suffix: "",
    scopeKind: "project",
    subjectKind: "agency",
    name: "AgencyOnProject",
  },
  {
    version: "v3.0",
    path: "/OS-AGENCY/domains/:scope_id/agencies/:subject_id/roles",
    suffix: "",
    scopeKind: "domain",
    subjectKind: "agency",
    name: "AgencyOnDomain",
  },
  {
    version: "v3.0",
    path: "/OS-INHERIT/domains/:scope_id/agencies/:subject_id/roles",
    suffix: inherited,
    scopeKind: "allProjects",
    subjectKind: "agency",
    name: "AgencyOnAllProjects",
  },
];
