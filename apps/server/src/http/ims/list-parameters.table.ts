import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ImageKind, ImageStatus, ImageVisibility, MemberStatus, OsType, TimeCondition } from "../../ports/image-catalog.ts";
import { nothing } from "./intersect-filters.ts";
import type { ImageConditions } from "./intersect-filters.ts";
import { lookUp } from "./look-up.ts";

/** Reads the value of a parameter; throws IMG.0017 for one that no image could have. */
type Parameter = (value: string, name: string) => ImageConditions;

const statuses: Readonly<Record<string, readonly ImageStatus[]>> = {
  queued: ["queued", "active elsewhere"],
  saving: ["saving", "uploading", "importing"],
  active: ["active"],
  deactivated: ["deactivated"],
  killed: ["killed"],
  deleted: [],
  pending_delete: [],
};

/** Images that are not public: whether somebody shares them is told by their members. */
const ownVisibility: readonly ImageVisibility[] = ["private", "shared", "community"];
const publicImages: ImageConditions = { visibility: ["public"] };
const privateImages: ImageConditions = { visibility: ownVisibility, hasMembers: false };
const sharedImages: ImageConditions = { visibility: ownVisibility, hasMembers: true };

const kinds: Readonly<Record<string, readonly ImageKind[]>> = {
  FusionCompute: ["system", "whole"],
  Ironic: ["bareMetal"],
  DataImage: ["data"],
  IsoImage: ["iso"],
};
const diskKinds: readonly ImageKind[] = ["system", "bareMetal", "data", "iso"];

const booleans = { true: true, false: false };
const osTypes: Readonly<Record<string, OsType>> = { Linux: "Linux", Windows: "Windows", Other: "Other" };
const memberStatuses: Readonly<Record<string, MemberStatus>> = { accepted: "accepted", rejected: "rejected", pending: "pending" };
const operators = { gt: "gt", gte: "gte", lt: "lt", lte: "lte", eq: "eq", neq: "neq" } as const;

/**
 * The parameters of a list that select images, by name. Others that begin with two underscores select by the free attribute of that name.
 *
 * Source  the parameters of the image list of IMS; attributes that it shows and this service derives are selected by what they derive from
 */
export const listParameters: Readonly<Record<string, Parameter>> = {
  id: (id) => ({ id }),
  owner: (projectId) => ({ projectId }),
  name: (name) => ({ name }),
  status: (value, name) => ({ status: lookUp(statuses, name, value) }),
  visibility: (value, name) => lookUp({ private: privateImages, shared: sharedImages, public: publicImages }, name, value),
  // The market has no images yet.
  __imagetype: (value, name) => lookUp({ gold: publicImages, private: privateImages, shared: sharedImages, market: nothing }, name, value),
  member_status: (value, name) => ({ memberStatus: lookUp(memberStatuses, name, value) }),
  protected: (value, name) => ({ protected: lookUp(booleans, name, value.toLowerCase()) }),
  container_format: (containerFormat) => ({ containerFormat }),
  disk_format: (diskFormat) => ({ diskFormat }),
  min_disk: (value, name) => ({ minDiskGiB: wholeNumber(value, name) }),
  min_ram: (value, name) => ({ minRamMiB: wholeNumber(value, name) }),
  virtual_env_type: (value, name) => ({ kind: lookUp(kinds, name, value) }),
  architecture: (value, name) => ({ architecture: lookUp({ x86: "x86", arm: "arm" } as const, name, value) }),
  enterprise_project_id: (value) => (value === "all_granted_eps" ? {} : { enterpriseProjectIds: [value] }),
  tag: (value) => ({ tags: { all: [tagCondition(value)] } }),
  created_at: (value, name) => ({ times: [timeCondition("createdAt", name, value)] }),
  updated_at: (value, name) => ({ times: [timeCondition("updatedAt", name, value)] }),
  // Servers come from elsewhere: there are no flavors that an image could be for.
  flavor_id: (id) => {
    throw new ServiceError("IMG.0192", { id });
  },
  __whole_image: (value, name) => ({ kind: lookUp(booleans, name, value.toLowerCase()) ? ["whole"] : diskKinds }),
  __os_type: (value, name) => ({ osType: lookUp(osTypes, name, value) }),
  __os_bit: (value, name) => ({ osBit: lookUp({ "32": "32", "64": "64" } as const, name, value) }),
  __os_version: (osVersion) => ({ osVersion }),
  __platform: (platform) => ({ platform }),
  __system__cmkid: (encryptionKeyId) => ({ encryptionKeyId }),
  __system__encrypted: (value, name) => ({ isEncrypted: lookUp({ "1": true, "0": false }, name, value) }),
  __support_arm: (value, name) => ({ architecture: lookUp(booleans, name, value.toLowerCase()) ? "arm" : "x86" }),
  __description: (description) => ({ description }),
  __data_origin: (origin) => ({ origin }),
  __originalimagename: (id) => ({ origin: `image,${id}` }),
  // What all images have alike.
  __isregistered: (value, name) => (lookUp(booleans, name, value.toLowerCase()) ? {} : nothing),
  __image_source_type: (value) => (value === "uds" ? {} : nothing),
  __image_size: refused,
  __root_origin: refused,
  __lazyloading: refused,
  __system_support_market: refused,
  __backup_id: refused,
  __productcode: refused,
};

/** Answering these as if they were not there would show more than was asked for. */
function refused(_value: string, parameter: string): never {
  throw new ServiceError("IMG.0017", { parameter, problem: "lists cannot be made by this attribute" });
}

function wholeNumber(value: string, parameter: string): number {
  if (!/^\d{1,9}$/.test(value)) {
    throw new ServiceError("IMG.0017", { parameter, problem: `"${value}" is no whole number from 0` });
  }
  return Number(value);
}

function tagCondition(value: string): { readonly key: string; readonly values: readonly string[] } {
  const place = value.indexOf("=");
  return place < 0 ? { key: value, values: [] } : { key: value.slice(0, place), values: [value.slice(place + 1)] };
}

function timeCondition(field: TimeCondition["field"], parameter: string, value: string): TimeCondition {
  const [, word = "", time = ""] = /^([a-z]+):(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ?)$/.exec(value) ?? [];
  const operator = Object.hasOwn(operators, word) ? operators[word as keyof typeof operators] : undefined;
  const instant = Date.parse(`${time.replace(" ", "T").replace(/Z$/, "")}Z`);
  if (operator === undefined || Number.isNaN(instant)) {
    const problem = `"${value}" is not gt, gte, lt, lte, eq or neq, a colon, and a time as yyyy-MM-ddThh:mm:ssZ`;
    throw new ServiceError("IMG.0017", { parameter, problem });
  }
  return { field, operator, instant };
}
