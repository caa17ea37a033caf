import type { Rule } from "../images/check-rules.ts";
import type { ImageRecord, MemberStatus } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { MemberRecord } from "../ports/member-catalog.ts";
import type { Limits } from "../quotas/limits.ts";
import { shareRoom } from "./share-room.ts";

/** An image, who wants to share it, and what there is already between it and the project that it shall be shared with. */
export interface ShareOperation {
  readonly image: ImageRecord;
  /** Who wants it. */
  readonly projectId: ProjectId;
  readonly isAdministrator: boolean;
  readonly limits: Limits;
  readonly member?: MemberRecord | undefined;
}

/** The same with the project. */
export interface ShareTarget extends ShareOperation {
  readonly memberId: ProjectId;
  /** False when there is no such project in this region. */
  readonly isKnown: boolean;
}

/** A member of an image, and who answers for it. */
export interface ShareAnswer extends ShareOperation {
  readonly memberId: ProjectId;
  readonly status: MemberStatus;
  /** For an image of a whole machine: where its backup shall go. */
  readonly vaultId: string | undefined;
}

const isOwner = ({ image, projectId, isAdministrator }: ShareOperation): boolean => isAdministrator || image.projectId === projectId;
const id = ({ image }: ShareOperation) => ({ id: image.id });

/** Batches and single calls differ in how they refuse a project that does not own the image. */
export const ownerRules = {
  batch: { name: "owner", requirement: "R-129", code: "IMG.0047", holds: isOwner, data: id },
  single: {
    name: "owner",
    requirement: "R-144",
    code: "IMG.0106",
    holds: isOwner,
    data: ({ image }) => ({ id: image.id, problemEn: "it belongs to another project", problemZh: "该镜像属于其他项目" }),
    remedy: { en: "Only its owner can share it, and end that.", zh: "只有镜像所有者可以共享或取消共享。" },
  },
} as const satisfies Record<string, Rule<ShareOperation>>;

/** What an image must be like to be shared. */
export const shareRules: readonly Rule<ShareOperation>[] = [
  {
    name: "notPublic",
    requirement: "R-005, R-129",
    code: "IMG.0089",
    holds: ({ image }) => image.visibility !== "public",
    data: id,
  },
  {
    name: "notForTheCommunity",
    requirement: "ims-api §5 Scope",
    code: "IMG.0106",
    holds: ({ image }) => image.visibility !== "community",
    data: ({ image }) => ({
      id: image.id,
      problemEn: "everyone who knows its id can use it already",
      problemZh: "知道其 ID 的任何人都已可使用",
    }),
    remedy: { en: "Give its id to those who need it, or make it private first.", zh: "请直接提供镜像 ID，或先将其设为私有。" },
  },
  {
    name: "active",
    requirement: "R-020, R-133",
    code: "IMG.0046",
    holds: ({ image }) => image.status === "active",
    data: ({ image }) => ({ id: image.id, status: image.status }),
  },
  { name: "notPublished", requirement: "R-134, R-275", code: "IMG.0107", holds: ({ image }) => !image.isPublished, data: id },
  { name: "notEncrypted", requirement: "R-134, R-167", code: "IMG.0098", holds: ({ image }) => image.encryption === undefined, data: id },
  {
    name: "wholeMachineFromOwnCbrBackup",
    requirement: "R-119, R-134",
    code: "IMG.0135",
    holds: ({ image: { kind, lineage } }) => kind !== "whole" || (lineage.backup?.service === "CBR" && lineage.backup.isShared !== true),
    data: id,
  },
  {
    name: "shareRoom",
    requirement: "R-130, R-131",
    code: "IMG.0088",
    holds: ({ image, limits, member }) => member !== undefined || shareRoom(image, limits).left > 0,
    data: ({ image, limits }) => {
      const { used, limit } = shareRoom(image, limits);
      return {
        problemEn: `image ${image.id} is shared with ${used} projects, and at most ${limit} are possible`,
        problemZh: `镜像 ${image.id} 已共享给 ${used} 个项目，最多可共享给 ${limit} 个`,
      };
    },
    remedy: {
      en: "Stop sharing it with a project that does not need it any more.",
      zh: "请先对不再需要该镜像的项目取消共享。",
    },
  },
];

/** What the project must be like that an image is shared with. */
export const recipientRules: readonly Rule<ShareTarget>[] = [
  {
    name: "notItsOwner",
    requirement: "ims-api §5 Scope",
    code: "IMG.0076",
    holds: ({ image, memberId }) => memberId !== image.projectId,
    data: ({ image, memberId }) => ({ id: image.id, project: memberId }),
  },
  {
    name: "projectIsKnown",
    requirement: "R-135",
    code: "IMG.0108",
    holds: ({ isKnown }) => isKnown,
    data: ({ memberId }) => ({ project: memberId }),
  },
];

/** How an image is that has the project as a member. */
export const isMember: Rule<Pick<ShareAnswer, "image" | "member" | "memberId">> = {
  name: "isMember",
  requirement: "R-139",
  code: "IMG.0114",
  holds: ({ member }) => member !== undefined,
  data: ({ image, memberId }) => ({ id: image.id, project: memberId }),
};

/** Who may answer, and what to. */
export const answerRules: readonly Rule<ShareAnswer>[] = [
  isMember,
  {
    name: "answersForItself",
    requirement: "R-139, R-144",
    code: "IMG.0106",
    holds: ({ isAdministrator, projectId, memberId }) => isAdministrator || projectId === memberId,
    data: ({ image, memberId }) => ({
      id: image.id,
      problemEn: `project ${memberId} alone says whether it accepts it`,
      problemZh: `只有项目 ${memberId} 可以接受或拒绝`,
    }),
    remedy: { en: "Use credentials of that project.", zh: "请使用该项目的凭证。" },
  },
  {
    name: "vaultNamed",
    requirement: "ims-api §5 vault_id",
    code: "IMG.0184",
    holds: (answer) => !needsVault(answer) || answer.vaultId !== undefined,
  },
  {
    name: "vaultIsThere",
    requirement: "ims-api §5 Recipient vault",
    code: "IMG.0193",
    // This service keeps no backups of servers, so nobody has a vault for them.
    holds: (answer) => !needsVault(answer),
    data: ({ vaultId = "" }) => ({ vault: vaultId }),
  },
];

function needsVault({ image, status }: ShareAnswer): boolean {
  return image.kind === "whole" && status === "accepted";
}
