import { actions, describeAction, isAction } from "@tintype/contract/permissions/actions.table.ts";

/** A role or policy that everybody finds here. */
export interface SystemRole {
  /** It never changes: grants name it. */
  readonly id: string;
  /** As people call it. */
  readonly name: string;
  /** `role` is coarse and may depend on others, `policy` is fine-grained. */
  readonly kind: "role" | "policy";
  /** The service that it is about, `BASE` for several. */
  readonly catalog: string;
  readonly en: string;
  readonly zh: string;
  /** Patterns of actions that it allows. */
  readonly allows: readonly string[];
  /** Ids of roles that have to be given in the same project for this one to have an effect. */
  readonly dependsOn: readonly string[];
  /** True for the one that has the actions of operators. */
  readonly isOperators?: true;
}

const servicesOfProjects = ["ims", "obs", "kms", "cts", "tms", "eps"];
const everything = servicesOfProjects.map((service) => `${service}:*`);
const none: readonly string[] = [];

/** The actions of these services that change nothing. */
function reads(...services: readonly string[]): readonly string[] {
  return Object.keys(actions).filter(
    (name) => isAction(name) && describeAction(name).isRead && services.includes(name.split(":", 1)[0] ?? ""),
  );
}

type Words = Pick<SystemRole, "id" | "name" | "catalog" | "en" | "zh" | "allows">;
const role = (words: Words, ...dependsOn: readonly string[]): SystemRole => ({ ...words, kind: "role", dependsOn });
const policy = (words: Words): SystemRole => ({ ...words, kind: "policy", dependsOn: none });

/** Source  Huawei Cloud IMS user guide, tables of system policies and roles; OpenStack's three default roles */
export const systemRoles: readonly SystemRole[] = [
  {
    ...role({
      id: "admin",
      name: "admin",
      catalog: "BASE",
      en: "Everything, in every project and domain, and the installation itself",
      zh: "所有项目和域的全部权限，以及系统运维权限",
      allows: ["*"],
    }),
    isOperators: true,
  },
  role({
    id: "member",
    name: "member",
    catalog: "BASE",
    en: "All services of the project; enterprise projects, which are the whole domain's, are seen and used",
    zh: "项目内所有服务的全部权限；企业项目属于整个域，仅可查看和使用",
    allows: [...everything.filter((pattern) => pattern !== "eps:*"), ...reads("eps"), "eps:resources:add"],
  }),
  role({
    id: "reader",
    name: "reader",
    catalog: "BASE",
    en: "Reading in all services of the project",
    zh: "项目内所有服务的只读权限",
    allows: reads(...servicesOfProjects),
  }),
  role({
    id: "te_admin",
    name: "Tenant Administrator",
    catalog: "BASE",
    en: "All services but identity",
    zh: "除统一身份认证服务外，所有服务的全部权限",
    allows: everything,
  }),
  role({
    id: "readonly",
    name: "Tenant Guest",
    catalog: "BASE",
    en: "Reading in all services but identity",
    zh: "除统一身份认证服务外，所有服务的只读权限",
    allows: reads(...servicesOfProjects),
  }),
  role({
    id: "secu_admin",
    name: "Security Administrator",
    catalog: "IAM",
    en: "All of identity: users, groups, rights, agencies",
    zh: "统一身份认证服务的全部权限",
    allows: ["iam:*"],
  }),
  role({
    id: "te_agency",
    name: "Agent Operator",
    catalog: "IAM",
    en: "Acting as an agency that trusts the own domain",
    zh: "切换角色，访问委托方的资源",
    allows: ["iam:tokens:assume"],
  }),
  role(
    {
      id: "ims_adm",
      name: "IMS Administrator",
      catalog: "IMS",
      en: "Everything with images. Depends on Tenant Administrator",
      zh: "镜像服务管理员，依赖 Tenant Administrator",
      allows: ["ims:*"],
    },
    "te_admin",
  ),
  role(
    {
      id: "server_adm",
      name: "Server Administrator",
      catalog: "ECS",
      en: "Making, deleting, showing, changing and uploading images. Depends on IMS Administrator in the same project",
      zh: "创建、删除、查询、修改和上传镜像，依赖同项目中的 IMS Administrator",
      allows: [
        ...["list", "get", "create", "update", "delete", "upload"].map((verb) => `ims:images:${verb}`),
        "ims:serverImages:create",
        "ims:dataImages:create",
        "ims:wholeImages:create",
        "ims:quotas:get",
        "ims:jobs:list",
        "ims:jobs:cancel",
      ],
    },
    "ims_adm",
  ),
  policy({
    id: "ims_full",
    name: "IMS FullAccess",
    catalog: "IMS",
    en: "Everything with images",
    zh: "镜像服务所有权限",
    allows: ["ims:*"],
  }),
  policy({
    id: "ims_read",
    name: "IMS ReadOnlyAccess",
    catalog: "IMS",
    en: "Listing and showing images",
    zh: "镜像服务只读权限",
    allows: reads("ims"),
  }),
  role({
    id: "obs_adm",
    name: "OBS Administrator",
    catalog: "OBS",
    en: "Everything with buckets",
    zh: "对象存储服务所有权限",
    allows: ["obs:*"],
  }),
  policy({
    id: "obs_full",
    name: "OBS FullAccess",
    catalog: "OBS",
    en: "Everything with buckets",
    zh: "对象存储服务所有权限",
    allows: ["obs:*"],
  }),
  policy({
    id: "obs_operate",
    name: "OBS OperateAccess",
    catalog: "OBS",
    en: "Reading buckets, and reading, writing and deleting objects",
    zh: "查看桶，上传、下载、删除对象",
    allows: [...reads("obs"), "obs:object:*"],
  }),
  policy({
    id: "obs_read",
    name: "OBS ReadOnlyAccess",
    catalog: "OBS",
    en: "Reading buckets and objects",
    zh: "对象存储服务只读权限",
    allows: reads("obs"),
  }),
  role({
    id: "kms_adm",
    name: "KMS Administrator",
    catalog: "KMS",
    en: "Everything with keys",
    zh: "密钥管理服务所有权限",
    allows: ["kms:*"],
  }),
  policy({
    id: "kms_full",
    name: "KMS CMKFullAccess",
    catalog: "KMS",
    en: "Everything with keys",
    zh: "加密密钥所有权限",
    allows: ["kms:*"],
  }),
  role({
    id: "cts_adm",
    name: "CTS Administrator",
    catalog: "CTS",
    en: "Everything with the audit trail",
    zh: "云审计服务所有权限",
    allows: ["cts:*"],
  }),
  policy({
    id: "cts_full",
    name: "CTS FullAccess",
    catalog: "CTS",
    en: "Everything with the audit trail",
    zh: "云审计服务所有权限",
    allows: ["cts:*"],
  }),
  policy({
    id: "cts_read",
    name: "CTS ReadOnlyAccess",
    catalog: "CTS",
    en: "Seeing the audit trail",
    zh: "云审计服务只读权限",
    allows: reads("cts"),
  }),
  role({
    id: "tms_adm",
    name: "TMS Administrator",
    catalog: "TMS",
    en: "Everything with tags",
    zh: "标签管理服务管理员",
    allows: ["tms:*"],
  }),
  policy({
    id: "tms_full",
    name: "TMS FullAccess",
    catalog: "TMS",
    en: "Everything with tags",
    zh: "标签管理服务所有权限",
    allows: ["tms:*"],
  }),
  policy({
    id: "tms_read",
    name: "TMS ReadOnlyAccess",
    catalog: "TMS",
    en: "Seeing tags",
    zh: "标签管理服务只读权限",
    allows: reads("tms"),
  }),
  policy({
    id: "eps_full",
    name: "EPS FullAccess",
    catalog: "EPS",
    en: "Everything with enterprise projects",
    zh: "企业项目管理服务所有权限",
    allows: ["eps:*"],
  }),
  policy({
    id: "eps_read",
    name: "EPS ReadOnlyAccess",
    catalog: "EPS",
    en: "Seeing enterprise projects",
    zh: "企业项目管理服务只读权限",
    allows: reads("eps"),
  }),
  policy({
    id: "iam_full",
    name: "IAM FullAccess",
    catalog: "IAM",
    en: "All of identity",
    zh: "统一身份认证服务所有权限",
    allows: ["iam:*"],
  }),
  policy({
    id: "iam_read",
    name: "IAM ReadOnlyAccess",
    catalog: "IAM",
    en: "Seeing users, groups and rights",
    zh: "统一身份认证服务只读权限",
    allows: reads("iam"),
  }),
];

const byId: ReadonlyMap<string, SystemRole> = new Map(systemRoles.map((candidate) => [candidate.id, candidate]));

/** The system role of that id. */
export function systemRole(id: string): SystemRole | undefined {
  return byId.get(id);
}
