import type { Rule } from "../images/check-rules.ts";
import type { ShareOperation } from "./share-rules.table.ts";
import { shareRoom } from "./share-room.ts";

/** Who may change the members of an image. */
export const declaredOwnerRule: Rule<ShareOperation> = {
  name: "owner",
  requirement: "image-api-v2 §1.10",
  code: "image.notOwned",
  holds: ({ image, projectId, isAdministrator }) => isAdministrator || image.projectId === projectId,
  data: ({ image }) => ({ id: image.id }),
};

/** What an image must be like to get a member; it may wait for its content. */
export const declaredShareRules: readonly Rule<ShareOperation>[] = [
  declaredOwnerRule,
  {
    name: "notEncrypted",
    requirement: "R-134, R-167",
    code: "image.mustStay",
    holds: ({ image }) => image.encryption === undefined,
    data: () => ({ problemEn: "it is encrypted", problemZh: "该镜像已加密" }),
  },
  {
    name: "notPublished",
    requirement: "R-134, R-275",
    code: "image.mustStay",
    holds: ({ image }) => !image.isPublished,
    data: () => ({ problemEn: "it is on sale in the market", problemZh: "该镜像已发布到云市场" }),
  },
  {
    name: "notWholeMachine",
    requirement: "R-119, R-134",
    code: "image.mustStay",
    holds: ({ image }) => image.kind !== "whole",
    data: () => ({ problemEn: "it is of a whole machine", problemZh: "该镜像为整机镜像" }),
  },
  {
    name: "room",
    requirement: "R-130",
    code: "image.tooManyMembers",
    holds: ({ image, limits, member }) => member !== undefined || shareRoom(image, limits).left > 0,
    data: ({ image, limits }) => ({ id: image.id, used: shareRoom(image, limits).used, limit: shareRoom(image, limits).limit }),
  },
];
