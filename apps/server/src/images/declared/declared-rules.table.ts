import type { ImageRecord } from "../../ports/image-catalog.ts";
import type { ProjectId } from "../../ports/ids.ts";
import type { Limits } from "../../quotas/limits.ts";
import type { Rule } from "../check-rules.ts";
import type { ImageDeletion } from "../delete-image.ts";
import type { DeclaredFields } from "./declared-fields.ts";

/** What an image would be declared to be, and by whom. */
export interface Declaration {
  readonly projectId: ProjectId;
  readonly isAdministrator: boolean;
  /** True for who may make images public, and withdraw them. */
  readonly mayPublish: boolean;
  /** Undefined for a new image. */
  readonly before: ImageRecord | undefined;
  readonly after: DeclaredFields;
  readonly limits: Limits;
}

/** What not every database keeps. */
const unstorable = /\0|\p{Surrogate}/u;
const statusesOfFormats: ReadonlySet<string> = new Set(["queued", "importing"]);
/** What is guarded stays with those who may use it. */
const isShown = ({ after }: Declaration): boolean => after.visibility !== "private" && after.visibility !== "shared";
const becomesShown = (declaration: Declaration): boolean =>
  isShown(declaration) && declaration.before?.visibility !== declaration.after.visibility;

/** Who may declare anything about an image. */
export const ownerRule: Rule<Declaration> = {
  name: "owner",
  requirement: "image-api-v2 §1.13",
  code: "image.notOwned",
  holds: ({ before, isAdministrator, projectId }) => before === undefined || isAdministrator || before.projectId === projectId,
  data: ({ before }) => ({ id: before?.id ?? "" }),
};

/** What an image may be declared to be. */
export const declarationRules: readonly Rule<Declaration>[] = [
  ownerRule,
  {
    name: "ownerByAdministrators",
    requirement: "image-api-v2 §1.3 owner",
    code: "image.ownerNotAllowed",
    holds: ({ before, after, isAdministrator, projectId }) => isAdministrator || after.projectId === (before?.projectId ?? projectId),
  },
  {
    name: "publicByOperators",
    requirement: "image-api-v2 §1.4, R-005",
    code: "image.publicByOperators",
    holds: ({ before, after, mayPublish }) => mayPublish || (after.visibility !== "public" && before?.visibility !== "public"),
  },
  {
    name: "encryptedStays",
    requirement: "R-167, R-274",
    code: "image.mustStay",
    holds: (declaration) => declaration.before?.encryption === undefined || !becomesShown(declaration),
    data: () => ({ problemEn: "it is encrypted", problemZh: "该镜像已加密" }),
  },
  {
    name: "publishedStays",
    requirement: "R-275",
    code: "image.mustStay",
    holds: (declaration) => declaration.before?.isPublished !== true || !becomesShown(declaration),
    data: () => ({ problemEn: "it is on sale in the market", problemZh: "该镜像已发布到云市场" }),
  },
  {
    name: "wholeMachineStays",
    requirement: "R-115, R-274",
    code: "image.mustStay",
    holds: (declaration) => declaration.before?.kind !== "whole" || !becomesShown(declaration),
    data: () => ({ problemEn: "it is of a whole machine", problemZh: "该镜像为整机镜像" }),
  },
  {
    name: "formatsWhileEmpty",
    requirement: "image-api-v2 §1.3",
    code: "image.formatFixed",
    holds: ({ before, after }) =>
      before === undefined ||
      statusesOfFormats.has(before.status) ||
      (after.diskFormat === before.diskFormat && after.containerFormat === before.containerFormat),
    data: ({ before }) => ({ status: before?.status ?? "" }),
  },
  {
    name: "characters",
    requirement: "R-311",
    code: "image.invalidBody",
    holds: ({ after: { name, description, projectId, tags, properties } }) =>
      ![name, description, projectId, ...tags, ...Object.entries(properties).flat()].some((text) => unstorable.test(text)),
    data: () => ({ problem: "a text has a character that is none" }),
  },
  {
    name: "tagCount",
    requirement: "image-api-v2 §1.4",
    code: "image.tooMany",
    holds: ({ before, after, limits }) => after.tags.length <= Math.max(limits.imageApi.tagsPerImage, before?.tags.length ?? 0),
    data: ({ after, limits }) => ({ what: "tags", count: after.tags.length, limit: limits.imageApi.tagsPerImage }),
  },
  {
    name: "propertyCount",
    requirement: "image-api-v2 §1.4, R-219",
    code: "image.tooMany",
    holds: ({ before, after, limits }) =>
      countOf(after) <= Math.max(limits.properties.perImage, before === undefined ? 0 : countOf(before)),
    data: ({ after, limits }) => ({ what: "properties", count: countOf(after), limit: limits.properties.perImage }),
  },
];

/** What tasks of IMS make has an origin before it has content. */
function isInUse({ image, isBeingFilled, exportJobId, copyJobId }: ImageDeletion): boolean {
  const isBeingMade = image.origin !== undefined && (image.status === "queued" || image.status === "saving");
  return image.isPublished || isBeingMade || isBeingFilled || exportJobId !== undefined || copyJobId !== undefined;
}

/** What an image must be like to be deleted. */
export const declaredDeletionRules: readonly Rule<ImageDeletion>[] = [
  {
    name: "owner",
    requirement: "image-api-v2 §1.13",
    code: "image.notOwned",
    holds: ({ image, isAdministrator, projectId }) => isAdministrator || image.projectId === projectId,
    data: ({ image }) => ({ id: image.id }),
  },
  {
    name: "notProtected",
    requirement: "image-api-v2 §1.11",
    code: "image.protected",
    holds: ({ image }) => !image.protected,
    data: ({ image }) => ({ id: image.id }),
  },
  {
    name: "publicByOperators",
    requirement: "R-005",
    code: "image.publicByOperators",
    holds: ({ image, mayPublish }) => mayPublish || image.visibility !== "public",
  },
  {
    name: "notInUse",
    requirement: "image-api-v2 §1.11, R-018",
    code: "image.inUse",
    holds: (deletion) => !isInUse(deletion),
    data: ({ image }) => ({ id: image.id }),
  },
];

function countOf({ properties }: Pick<DeclaredFields, "properties">): number {
  return Object.keys(properties).length;
}
