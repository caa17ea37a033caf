import type { ImageOperationName } from "@tintype/server/images/operation-rules.ts";

/** What each operation is, for people. */
export const operationWords: Readonly<Record<ImageOperationName, { readonly en: string; readonly zh: string }>> = {
  update: { en: "Change attributes", zh: "修改属性" },
  delete: { en: "Delete", zh: "删除" },
  export: { en: "Export in a format of choice", zh: "导出（指定格式）" },
  quickExport: { en: "Export fast, as ZVHD2", zh: "快速导出（ZVHD2）" },
  copy: { en: "Copy within the region", zh: "区域内复制" },
  copyCrossRegion: { en: "Copy to another region", zh: "跨区域复制" },
  share: { en: "Share with another project", zh: "共享给其他项目" },
  tag: { en: "Tag", zh: "设置标签" },
  moveToEnterpriseProject: { en: "Move to another enterprise project", zh: "迁移企业项目" },
  publish: { en: "Sell in the market", zh: "发布到云市场" },
  makePublic: { en: "Make public (operators)", zh: "发布为公共镜像（管理员）" },
  withdraw: { en: "Make private again (operators)", zh: "撤回公共镜像（管理员）" },
};
