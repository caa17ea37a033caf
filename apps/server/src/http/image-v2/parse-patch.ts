import type { PatchForm, PatchImageBody } from "@tintype/contract/image-v2/images.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { isSettable } from "./attribute-fields.ts";
import { checkName, checkValue } from "./check-attribute.ts";

/** One change of an attribute. */
export interface AttributeChange {
  readonly op: "add" | "replace" | "remove";
  readonly name: string;
  /** Undefined for a removal. */
  readonly value: unknown;
}

const operations = ["add", "replace", "remove"] as const;
const longestShownPath = 100;

/**
 * Reads the changes of a patch; each is judged by itself.
 *
 * Throws  image.readOnly, image.reserved, image.baseAttribute, image.invalidBody
 */
export function parsePatch(body: PatchImageBody, form: PatchForm): readonly AttributeChange[] {
  return body.map((step) => parseStep(step, form));
}

function parseStep(step: PatchImageBody[number], form: PatchForm): AttributeChange {
  const { op, path } = form === "v2.1" ? newerStep(step) : olderStep(step);
  const name = parsePath(path);
  if (name === "id") {
    throw new ServiceError("image.readOnly", { name });
  }
  checkName(name);
  if (op === "remove") {
    if (isSettable(name)) {
      throw new ServiceError("image.baseAttribute", { name });
    }
    return { op, name, value: undefined };
  }
  if (!Object.hasOwn(step, "value")) {
    throw invalid(`the operation ${op} of ${path.slice(0, longestShownPath)} has no value`);
  }
  checkValue(name, step.value);
  return { op, name, value: step.value };
}

function newerStep({ op, path }: PatchImageBody[number]): { readonly op: AttributeChange["op"]; readonly path: string } {
  const known = operations.find((word) => word === op);
  if (known === undefined) {
    throw invalid(`an operation is one of ${operations.join(", ")}`);
  }
  if (path === undefined) {
    throw invalid(`the operation ${known} has no path`);
  }
  return { op: known, path };
}

/** The name of the operation is that of the field with its path. */
function olderStep(step: PatchImageBody[number]): { readonly op: AttributeChange["op"]; readonly path: string } {
  const named = operations.filter((word) => Object.hasOwn(step, word));
  const [op] = named;
  const path = op && step[op];
  if (op === undefined || path === undefined || named.length > 1) {
    throw invalid(`an operation is named once, as one of ${operations.join(", ")}`);
  }
  return { op, path };
}

/** Paths lead to attributes, not into them: one name, in the escapes of a JSON pointer. */
function parsePath(path: string): string {
  const shown = `the path "${path.slice(0, longestShownPath)}"`;
  if (!path.startsWith("/") || path.endsWith("/") || path.includes("//")) {
    throw invalid(`${shown} is not a slash and the name of an attribute`);
  }
  if (/~(?![01])/.test(path)) {
    throw invalid(`${shown} has a tilde that is neither ~0 nor ~1`);
  }
  const [, name = "", ...deeper] = path.split("/");
  if (deeper.length > 0) {
    throw invalid(`${shown} leads into an attribute; attributes are changed as a whole`);
  }
  return name.replaceAll("~1", "/").replaceAll("~0", "~");
}

function invalid(problem: string): ServiceError {
  return new ServiceError("image.invalidBody", { problem });
}
