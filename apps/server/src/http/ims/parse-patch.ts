import { ServiceError } from "@tintype/contract/service-error.ts";
import type { NativePatchBody } from "@tintype/contract/ims/native-images.ts";
import { specialAttributes } from "@tintype/contract/ims/special-attributes.table.ts";
import type { UpdateImageBody } from "@tintype/contract/ims/update-image.ts";
import type { ImageEdit, ImageSetting } from "../../images/update-image.ts";
import { fixedAttributes } from "@tintype/contract/ims/fixed-attributes.table.ts";
import { unsupported } from "./unsupported.ts";

type Operation = UpdateImageBody[number];
/** A new value as it came, or undefined when the attribute is taken away. */
type Given = string | number | boolean | undefined;

/** Attributes that have a field of their own; all others that may be changed are free ones. */
const fields: Readonly<Record<string, (value: Given) => ImageSetting>> = {
  name: (value) => ({ field: "name", value: textOf(value) }),
  __description: (value) => ({ field: "description", value: textOf(value) }),
  min_ram: (value) => ({ field: "minRamMiB", value: memoryOf("min_ram", value) }),
  max_ram: (value) => ({ field: "maxRamMiB", value: memoryOf("max_ram", value) }),
  hw_firmware_type: (value) => ({ field: "firmware", value: firmwareOf(value) }),
  enterprise_project_id: (value) => ({ field: "enterpriseProjectId", value: textOf(value) }),
};

/**
 * Reads a JSON patch. A missing value of `add` and `replace` is an empty text. `add` of an attribute that is there replaces it.
 *
 * Throws  IMG.0001 for paths and values that are no attributes and values, IMG.0105 for attributes that cannot be changed,
 *         IMG.0055 and IMG.0141 for values of another type than the attribute's
 */
export function parsePatch(operations: UpdateImageBody): readonly ImageEdit[] {
  return operations.map((operation) => {
    const name = attributeOf(operation.path);
    const value = operation.op === "remove" ? undefined : valueOf(operation);
    const setting = Object.hasOwn(fields, name) ? fields[name]?.(value) : undefined;
    return { setting: setting ?? { property: name, value: textOf(value) }, mustExist: operation.op !== "add", label: name };
  });
}

/** The attributes with a meaning that the native interface may change. */
const nativeFields: ReadonlySet<string> = new Set(["name", "__description"]);

/**
 * Reads a JSON patch of the native interface, in either form. It changes name, description and what has no meaning to the service.
 *
 * Throws  as `parsePatch`, and IMG.0001 for an edit that names no operation, or several
 */
export function parseNativePatch(operations: NativePatchBody): readonly ImageEdit[] {
  const edits = parsePatch(operations.map(inNewForm));
  const other = edits.find(
    ({ label }) => !nativeFields.has(label) && (Object.hasOwn(fields, label) || Object.hasOwn(specialAttributes, label)),
  );
  if (other !== undefined) {
    const way = `PATCH /v2/cloudimages`;
    throw unsupported(`Changing ${other.label} here`, { en: `Change it by ${way}.`, zh: `请使用 ${way} 修改。` });
  }
  return edits;
}

const operationNames = ["add", "replace", "remove"] as const;

/** The older form is `{"replace": "/name", "value": "x"}`. */
function inNewForm(operation: NativePatchBody[number]): Operation {
  const { op, path, value } = operation;
  const older = operationNames.flatMap((name) => {
    const place = operation[name];
    return place === undefined ? [] : [{ op: name, path: place }];
  });
  const [only, ...more] = op !== undefined && path !== undefined ? [{ op, path }] : older;
  if (only === undefined || more.length > 0) {
    throw new ServiceError("IMG.0001", { problem: 'an edit is neither {"op", "path", "value"} nor {"replace": path, "value"}' });
  }
  return { ...only, ...(value !== undefined && { value }) };
}

function attributeOf(path: string): string {
  const [, encoded] = /^\/([^/]+)$/.exec(path) ?? [];
  if (encoded === undefined) {
    throw new ServiceError("IMG.0001", { problem: `the path "${path}" is not a slash and the name of an attribute` });
  }
  // RFC 6901: ~1 stands for a slash and ~0 for a tilde, in this order.
  const name = encoded.replaceAll("~1", "/").replaceAll("~0", "~");
  if (fixedAttributes.has(name)) {
    throw unsupported(`Changing ${name}`, { en: "The service sets this attribute.", zh: "该属性由服务设置，不能修改。" });
  }
  return name;
}

function valueOf({ path, value = "" }: Operation): Given {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  throw new ServiceError("IMG.0001", { problem: `the value of ${path} is no text, number or boolean` });
}

function textOf(value: Given): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** Clients send numbers, and numbers as texts. */
function memoryOf(name: string, value: Given): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const number = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) {
    throw new ServiceError("IMG.0055", {
      fieldEn: name,
      fieldZh: `${name} `,
      problemEn: `"${value}" is no whole number`,
      problemZh: `“${value}”不是整数`,
      remedyEn: "Give it in MiB.",
      remedyZh: "请以 MB 为单位填写整数。",
    });
  }
  return number;
}

function firmwareOf(value: Given): "bios" | "uefi" | undefined {
  if (value === undefined || value === "bios" || value === "uefi") {
    return value;
  }
  throw new ServiceError("IMG.0141", { firmware: String(value), remedyEn: "Use bios or uefi.", remedyZh: "请使用 bios 或 uefi。" });
}
