import { ServiceError } from "@tintype/contract/service-error.ts";
import { longestOsVersion } from "../../images/value-rules.table.ts";
import { exportFormats } from "@tintype/contract/ims/import-formats.ts";
import type { Misfit } from "../answer-in-huawei-words.ts";

/** Fields of bodies whose misfits have a code of their own. */
const bodyFields: Readonly<Record<string, (misfit: Misfit) => ServiceError>> = {
  name: () => new ServiceError("IMG.0062"),
  description: () => new ServiceError("IMG.0054"),
  min_disk: sizeMisfit,
  min_ram: sizeMisfit,
  max_ram: sizeMisfit,
  os_version: () => new ServiceError("IMG.0056", { limit: longestOsVersion }),
  os_type: ({ value }) => new ServiceError("IMG.0122", { type: value }),
  type: ({ value }) => new ServiceError("IMG.0024", { type: value }),
  architecture: ({ value }) => new ServiceError("IMG.0212", { architecture: value, ...oneOf("x86, arm") }),
  hw_firmware_type: ({ value }) => new ServiceError("IMG.0141", { firmware: value, ...oneOf("bios, uefi") }),
  tag: tagMisfit,
  image_tag: tagMisfit,
  tags_any: tagMisfit,
  not_tags: tagMisfit,
  not_tags_any: tagMisfit,
  tags: tagMisfit,
  image_tags: tagMisfit,
  images: ({ problem }) => new ServiceError("IMG.0066", { problemEn: `they ${problem}`, problemZh: problem, ...listOfIds }),
  projects: projectMisfit,
  domains: projectMisfit,
  project_id: projectMisfit,
  member: projectMisfit,
  file_format: ({ value }) => new ServiceError("IMG.0072", { format: value, formats: exportFormats.join(", ") }),
};

/** The refusal of a value that does not fit its schema: by the code that IMS has for the field, else IMG.0001 or, in a query, IMG.0017. */
export function misfitError(misfit: Misfit): ServiceError {
  const { part, field, problem } = misfit;
  if (part === "query") {
    return new ServiceError("IMG.0017", { parameter: field, problem });
  }
  const specific = Object.hasOwn(bodyFields, field) ? bodyFields[field] : undefined;
  return specific?.(misfit) ?? new ServiceError("IMG.0001", { problem: `${field === "" ? "the body" : field} ${problem}` });
}

function sizeMisfit({ field, problem }: Misfit): ServiceError {
  return new ServiceError("IMG.0055", {
    fieldEn: field,
    fieldZh: `${field} `,
    problemEn: `it ${problem}`,
    problemZh: problem,
    remedyEn: "Give it as a JSON number without a fraction.",
    remedyZh: "请以不带小数的 JSON 数字填写。",
  });
}

const listOfIds = { remedyEn: "Give a list of ids.", remedyZh: "请填写 ID 列表。" };

function projectMisfit({ field, problem }: Misfit): ServiceError {
  return new ServiceError("IMG.0067", { problemEn: `${field} ${problem}`, problemZh: `${field} ${problem}`, ...idsOfProjects });
}

const idsOfProjects = { remedyEn: "Give the ids of projects.", remedyZh: "请填写项目 ID。" };

function tagMisfit({ problem }: Misfit): ServiceError {
  return new ServiceError("IMG.0115", { problemEn: `they ${problem}`, problemZh: problem });
}

function oneOf(words: string): { readonly remedyEn: string; readonly remedyZh: string } {
  return { remedyEn: `Use one of: ${words}.`, remedyZh: `请使用：${words}。` };
}
