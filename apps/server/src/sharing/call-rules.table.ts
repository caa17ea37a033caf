import type { Rule } from "../images/check-rules.ts";
import type { Limits } from "../quotas/limits.ts";

/** What one call names: every image with every project. Each is named once. */
export interface ShareCall {
  readonly imageIds: readonly string[];
  readonly projectIds: readonly string[];
  /** Ids or names of accounts. */
  readonly accounts: readonly string[];
  readonly limits: Limits;
}

/** One call changes at most so many pairs of image and project, since a task remembers what became of each. */
export const mostPairs = 1000;

const isId = (text: string): boolean => /^[A-Za-z0-9_-]{1,64}$/.test(text);
const isName = (text: string): boolean => /^[^\p{Cc}]{1,64}$/u.test(text);

const ids = { en: "Give ids as the lists of images show them.", zh: "请填写镜像列表中的镜像 ID。" };
const projects = { en: "Give the ids of projects, as 32 hex digits.", zh: "请填写项目 ID（32 位十六进制）。" };
const fewer = { en: "Share in several calls.", zh: "请分多次操作。" };

/** What is certain about a call before anything is looked up. */
export const callRules: readonly Rule<ShareCall>[] = [
  {
    name: "imagesGiven",
    requirement: "ims-api §5 images",
    code: "IMG.0066",
    holds: ({ imageIds }) => imageIds.length > 0,
    data: () => ({ problemEn: "there are none", problemZh: "未填写镜像" }),
    remedy: ids,
  },
  {
    name: "imageIdForm",
    requirement: "ims-api §0 Ids",
    code: "IMG.0066",
    holds: ({ imageIds }) => imageIds.every(isId),
    data: () => ({ problemEn: "one of them is no id", problemZh: "其中有无效的镜像 ID" }),
    remedy: ids,
  },
  {
    name: "projectsGiven",
    requirement: "ims-api §5 projects",
    code: "IMG.0067",
    holds: ({ projectIds, accounts }) => projectIds.length + accounts.length > 0,
    data: () => ({ problemEn: "there are none", problemZh: "未填写项目" }),
    remedy: projects,
  },
  {
    name: "projectIdForm",
    requirement: "ims-api §0 Ids",
    code: "IMG.0067",
    holds: ({ projectIds }) => projectIds.every(isId),
    data: () => ({ problemEn: "one of them is no id", problemZh: "其中有无效的项目 ID" }),
    remedy: projects,
  },
  {
    name: "accountForm",
    requirement: "ims-api §5 domains",
    code: "IMG.0067",
    holds: ({ accounts }) => accounts.every(isName),
    data: () => ({ problemEn: "one of the accounts is neither an id nor a name", problemZh: "其中有无效的账号" }),
    remedy: { en: "Give ids or names of accounts.", zh: "请填写账号 ID 或账号名。" },
  },
  {
    name: "projectsPerCall",
    requirement: "ims-api §5 Limits",
    code: "IMG.0088",
    holds: ({ projectIds, accounts, limits }) => Math.max(projectIds.length, accounts.length) <= limits.members.perCall,
    data: ({ limits: { members } }) => ({
      problemEn: `a call names at most ${members.perCall} projects`,
      problemZh: `一次最多填写 ${members.perCall} 个项目`,
    }),
    remedy: fewer,
  },
  {
    name: "pairsPerCall",
    requirement: "R-145",
    code: "IMG.0088",
    holds: ({ imageIds, projectIds }) => imageIds.length * Math.max(1, projectIds.length) <= mostPairs,
    data: () => ({
      problemEn: `a call shares at most ${mostPairs} times, an image with a project each`,
      problemZh: `一次最多 ${mostPairs} 个镜像与项目的组合`,
    }),
    remedy: fewer,
  },
];
