import { ServiceError } from "@tintype/contract/service-error.ts";
import type { AnswerSharesBody, ShareImagesBody } from "@tintype/contract/ims/members.ts";
import type { AnswerRequest } from "../../sharing/answer-shares.ts";
import type { ShareRequest } from "../../sharing/share-images.ts";
import type { Principal } from "../../ports/principal.ts";
import { requireOwnProject } from "./own-project.ts";
import { unsupported } from "./unsupported.ts";

/** Reads which images are shared with whom. Throws IMG.0105 for organizations. */
export function parseShareBody({ images = [], projects = [], domains = [], organizations = [] }: ShareImagesBody): ShareRequest {
  if (organizations.length > 0) {
    throw unsupported("organizations", {
      en: "Name the projects, or the accounts in domains.",
      zh: "请改用 projects（项目）或 domains（账号）。",
    });
  }
  return { imageIds: images, projectIds: projects, accounts: domains };
}

/**
 * Reads what a project answers.
 *
 * Throws  IMG.0067 without a project, IMG.0030 for another one than the caller's
 */
export function parseAnswersBody(body: AnswerSharesBody, principal: Principal): AnswerRequest {
  const { images = [], project_id: projectId, status, vault_id: vaultId } = body;
  if (projectId === undefined) {
    throw new ServiceError("IMG.0067", {
      problemEn: "project_id is missing",
      problemZh: "未填写 project_id",
      remedyEn: "Give the id of your own project.",
      remedyZh: "请填写自己项目的 ID。",
    });
  }
  requireOwnProject(principal, projectId);
  return { imageIds: images, status, vaultId };
}
