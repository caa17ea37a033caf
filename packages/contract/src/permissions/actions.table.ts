/** What one action of a permission policy allows. */
export interface ActionDescriptor {
  /** True when it changes nothing. */
  readonly isRead: boolean;
  /** True when it can be granted for one enterprise project alone. */
  readonly byEnterpriseProject: boolean;
  readonly en: string;
  readonly zh: string;
}

const read = (en: string, zh: string): ActionDescriptor => ({ isRead: true, byEnterpriseProject: true, en, zh });
const write = (en: string, zh: string): ActionDescriptor => ({ isRead: false, byEnterpriseProject: true, en, zh });
const readInProject = (en: string, zh: string): ActionDescriptor => ({ isRead: true, byEnterpriseProject: false, en, zh });
const writeInProject = (en: string, zh: string): ActionDescriptor => ({ isRead: false, byEnterpriseProject: false, en, zh });

/**
 * Every action that a policy may allow or deny, as `service:resource type:verb`.
 *
 * Source  those of `ims` are the ones of Huawei Cloud IMS, except `ims:jobs:*`, which are ours
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
  "ims:jobs:list": readInProject("See tasks", "查询任务"),
  "ims:jobs:cancel": writeInProject("Cancel a task", "取消任务"),
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
