/** What one action of a permission policy allows. */
export interface ActionDescriptor {
  /** True when it changes nothing. */
  readonly isRead: boolean;
  /** True when it can be granted for one enterprise project alone. */
  readonly byEnterpriseProject: boolean;
  /** True when it is about the whole installation: the role admin alone has it, no policy gives it. */
  readonly isOperators?: true;
  readonly en: string;
  readonly zh: string;
}

const read = (en: string, zh: string): ActionDescriptor => ({ isRead: true, byEnterpriseProject: true, en, zh });
const write = (en: string, zh: string): ActionDescriptor => ({ isRead: false, byEnterpriseProject: true, en, zh });
const readInProject = (en: string, zh: string): ActionDescriptor => ({ isRead: true, byEnterpriseProject: false, en, zh });
const writeInProject = (en: string, zh: string): ActionDescriptor => ({ isRead: false, byEnterpriseProject: false, en, zh });
const operatorsRead = (en: string, zh: string): ActionDescriptor => ({ ...readInProject(en, zh), isOperators: true });
const operatorsWrite = (en: string, zh: string): ActionDescriptor => ({ ...writeInProject(en, zh), isOperators: true });

/**
 * Every action that a policy may allow or deny, as `service:resource type:verb`.
 *
 * Source  the permission tables of Huawei Cloud IMS, OBS, DEW, IAM, CTS, TMS and EPS; `ims:jobs:*` and `tintype:*` are ours. Where those
 *         tables name an action per kind of grantee or per setting that is always the same, there is one here.
 */
export const actions = {
  "ims:images:list": read("List images and tags", "查询镜像列表和标签"),
  "ims:images:get": read("Show an image", "查询镜像详情"),
  "ims:images:create": write("Create the metadata of an image", "创建镜像元数据"),
  "ims:images:update": write("Change an image and its tags", "更新镜像及其标签"),
  "ims:images:delete": write("Delete an image", "删除镜像"),
  "ims:images:upload": write("Upload or register the content of an image", "上传或注册镜像文件"),
  "ims:images:export": write("Export an image", "导出镜像"),
  "ims:images:copy": write("Copy an image", "复制镜像"),
  "ims:images:share": write("Share an image, and accept shared ones", "共享镜像、接受共享镜像"),
  "ims:serverImages:create": write("Make a system-disk image", "制作系统盘镜像"),
  "ims:dataImages:create": write("Make a data-disk image", "制作数据盘镜像"),
  "ims:wholeImages:create": write("Make a full-server image", "制作整机镜像"),
  "ims:quotas:get": read("Show the image quota", "查询镜像配额"),
  "ims:jobs:list": read("See tasks", "查询任务"),
  "ims:jobs:cancel": writeInProject("Cancel a task", "取消任务"),

  "obs:bucket:ListAllMyBuckets": readInProject("List buckets", "列举桶"),
  "obs:bucket:CreateBucket": writeInProject("Make a bucket", "创建桶"),
  "obs:bucket:HeadBucket": readInProject("See that a bucket is there", "获取桶元数据"),
  "obs:bucket:DeleteBucket": writeInProject("Delete a bucket", "删除桶"),
  "obs:bucket:ListBucket": readInProject("List the objects of a bucket", "列举桶内对象"),
  "obs:bucket:ListBucketMultipartUploads": readInProject("List unfinished uploads", "列举多段上传任务"),
  "obs:bucket:GetBucketLocation": readInProject("Show where a bucket lies", "获取桶位置"),
  "obs:bucket:GetBucketAcl": readInProject("Show the access list of a bucket", "获取桶 ACL"),
  "obs:bucket:GetBucketPolicy": readInProject("Show the policy of a bucket", "获取桶策略"),
  "obs:bucket:GetBucketVersioning": readInProject("Show the other settings of a bucket", "获取桶的其他配置"),
  "obs:object:GetObject": readInProject("Read an object", "读取对象"),
  "obs:object:GetObjectAcl": readInProject("Show the access list and tags of an object", "获取对象 ACL 和标签"),
  "obs:object:PutObject": writeInProject("Write an object", "上传对象"),
  "obs:object:DeleteObject": writeInProject("Delete an object", "删除对象"),
  "obs:object:ListMultipartUploadParts": readInProject("List the parts of an upload", "列举已上传的段"),
  "obs:object:AbortMultipartUpload": writeInProject("Give an upload up", "取消多段上传"),

  "kms:cmk:create": writeInProject("Make a master key", "创建密钥"),
  "kms:cmk:list": readInProject("List master keys", "查询密钥列表"),
  "kms:cmk:get": readInProject("Show a master key", "查询密钥信息"),
  "kms:cmk:getRotation": readInProject("Show how often a master key was rotated", "查询密钥轮换状态"),
  "kms:cmk:update": writeInProject("Change the words of a master key, and rotate it", "修改密钥别名和描述、轮换密钥"),
  "kms:cmk:enable": writeInProject("Enable a master key", "启用密钥"),
  "kms:cmk:disable": writeInProject("Disable a master key", "禁用密钥"),
  "kms:cmk:scheduleDeletion": writeInProject("Delete a master key after some days, and keep it after all", "计划删除密钥、取消计划删除"),
  "kms:dek:create": writeInProject("Make a data key", "创建数据密钥"),
  "kms:dek:crypto": writeInProject("Wrap and unwrap a data key", "加密、解密数据密钥"),

  "cts:trace:list": readInProject("See the audit trail", "查询审计事件"),
  "cts:tracker:list": readInProject("See where the audit trail is kept", "查询追踪器"),
  "cts:tracker:create": writeInProject("Make a tracker", "创建追踪器"),
  "cts:tracker:update": writeInProject("Change a tracker", "修改追踪器"),
  "cts:tracker:delete": writeInProject("Delete a tracker", "删除追踪器"),

  "tms:predefineTags:list": readInProject("List predefined tags", "查询预定义标签"),
  "tms:predefineTags:create": writeInProject("Make predefined tags", "创建预定义标签"),
  "tms:predefineTags:update": writeInProject("Change a predefined tag", "修改预定义标签"),
  "tms:predefineTags:delete": writeInProject("Delete predefined tags", "删除预定义标签"),
  "tms:resourceTags:list": readInProject("Find resources and their tags", "查询资源和资源标签"),
  "tms:resourceTags:create": writeInProject("Tag resources", "批量添加资源标签"),
  "tms:resourceTags:delete": writeInProject("Take tags off resources", "批量移除资源标签"),

  "eps:enterpriseProjects:list": readInProject("List enterprise projects", "查询企业项目列表"),
  "eps:enterpriseProjects:get": readInProject("Show an enterprise project", "查询企业项目详情"),
  "eps:enterpriseProjects:create": writeInProject("Make an enterprise project", "创建企业项目"),
  "eps:enterpriseProjects:update": writeInProject("Change an enterprise project", "修改企业项目"),
  "eps:enterpriseProjects:enable": writeInProject("Enable an enterprise project", "启用企业项目"),
  "eps:enterpriseProjects:disable": writeInProject("Disable an enterprise project", "停用企业项目"),
  "eps:resources:list": readInProject("List the resources of an enterprise project", "查询企业项目资源"),
  "eps:resources:add": writeInProject("Move resources between enterprise projects", "迁移企业项目资源"),

  "iam:users:listUsers": readInProject("List users", "查询用户列表"),
  "iam:users:getUser": readInProject("Show a user", "查询用户详情"),
  "iam:users:createUser": writeInProject("Make a user", "创建用户"),
  "iam:users:updateUser": writeInProject("Change a user", "修改用户信息"),
  "iam:users:deleteUser": writeInProject("Delete a user", "删除用户"),
  "iam:users:listUsersForGroup": readInProject("List the users of a group", "查询用户组中的用户"),
  "iam:groups:listGroups": readInProject("List groups", "查询用户组列表"),
  "iam:groups:listGroupsForUser": readInProject("List the groups of a user", "查询用户所属用户组"),
  "iam:groups:getGroup": readInProject("Show a group", "查询用户组详情"),
  "iam:groups:createGroup": writeInProject("Make a group", "创建用户组"),
  "iam:groups:updateGroup": writeInProject("Change a group", "更新用户组"),
  "iam:groups:deleteGroup": writeInProject("Delete a group", "删除用户组"),
  "iam:permissions:addUserToGroup": writeInProject("Put a user into a group", "添加用户到用户组"),
  "iam:permissions:removeUserFromGroup": writeInProject("Take a user out of a group", "移除用户组中的用户"),
  "iam:permissions:checkUserInGroup": readInProject("See whether a user is in a group", "查询用户是否在用户组中"),
  "iam:permissions:grantRole": writeInProject("Give rights to a user, a group or an agency", "授予用户、用户组或委托权限"),
  "iam:permissions:revokeRole": writeInProject("Take rights from a user, a group or an agency", "移除用户、用户组或委托的权限"),
  "iam:permissions:listRoleAssignments": readInProject("See who has which rights", "查询权限授予情况"),
  "iam:roles:listRoles": readInProject("List roles and policies", "查询权限列表"),
  "iam:roles:getRole": readInProject("Show a role or policy", "查询权限详情"),
  "iam:roles:createRole": writeInProject("Make a custom policy", "创建自定义策略"),
  "iam:roles:updateRole": writeInProject("Change a custom policy", "修改自定义策略"),
  "iam:roles:deleteRole": writeInProject("Delete a custom policy", "删除自定义策略"),
  "iam:projects:createProject": writeInProject("Make a project", "创建项目"),
  "iam:projects:updateProject": writeInProject("Change a project", "修改项目信息"),
  "iam:credentials:listCredentials": readInProject("List the access keys of other users", "查询其他用户的访问密钥列表"),
  "iam:credentials:getCredential": readInProject("Show an access key of another user", "查询其他用户的访问密钥"),
  "iam:credentials:createCredential": writeInProject("Make an access key for another user", "为其他用户创建访问密钥"),
  "iam:credentials:updateCredential": writeInProject("Change an access key of another user", "修改其他用户的访问密钥"),
  "iam:credentials:deleteCredential": writeInProject("Delete an access key of another user", "删除其他用户的访问密钥"),
  "iam:agencies:listAgencies": readInProject("List agencies", "查询委托列表"),
  "iam:agencies:getAgency": readInProject("Show an agency", "查询委托详情"),
  "iam:agencies:createAgency": writeInProject("Make an agency", "创建委托"),
  "iam:agencies:updateAgency": writeInProject("Change an agency", "修改委托"),
  "iam:agencies:deleteAgency": writeInProject("Delete an agency", "删除委托"),
  "iam:tokens:assume": writeInProject("Act as an agency that trusts the own domain", "以委托身份访问"),

  "tintype:domains:create": operatorsWrite("Make a domain", "创建域"),
  "tintype:identity:manageAll": operatorsWrite(
    "Look after the users of every domain, and give the role admin",
    "管理所有域的用户、授予 admin 角色",
  ),
  "tintype:projects:listAll": operatorsRead("List the projects of everybody", "查询所有项目"),
  "tintype:tokens:showAny": operatorsRead("Show and revoke the tokens of others", "查询、吊销他人的令牌"),
  "tintype:images:useAny": operatorsWrite("Reach the images and tasks of every project", "访问所有项目的镜像和任务"),
  "tintype:images:publish": operatorsWrite("Publish and withdraw public images", "发布、下架公共镜像"),
  "tintype:metadefs:manage": operatorsWrite("Change the definitions of image properties", "管理镜像属性定义"),
  "tintype:traces:listUnassigned": operatorsRead("See the audit trail of calls outside any project", "查询不属于任何项目的审计事件"),
  "tintype:osLists:reload": operatorsWrite("Read the lists of operating systems again", "重新加载操作系统列表"),
  "tintype:store:get": operatorsRead("See what the store holds", "查询存储内容"),
  "tintype:store:maintain": operatorsWrite("Collect and verify the store, and back the catalog up", "回收、校验存储，备份目录"),
} as const satisfies Readonly<Record<string, ActionDescriptor>>;

/** Name of an action. */
export type Action = keyof typeof actions;

/** Tells whether a text names an action. */
export function isAction(text: string): text is Action {
  return Object.hasOwn(actions, text);
}

/** What an action allows. */
export function describeAction(action: Action): ActionDescriptor {
  return actions[action];
}
