import type { PatchForm, PatchImageBody } from "@tintype/contract/image-v2/images.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { LocationChange } from "../../images/locations/location-change.ts";
import { isSettable } from "./attribute-fields.ts";
import { checkName, checkValue } from "./check-attribute.ts";
import { locationsAttribute, parseLocationChange } from "./parse-locations.ts";

/** One change of an attribute. */
export interface AttributeChange {
  readonly op: "add" | "replace" | "remove";
  readonly name: string;
  /** Undefined for a removal. */
  readonly value: unknown;
}

/** What a patch changes. */
export interface ParsedPatch {
  readonly attributes: readonly AttributeChange[];
  readonly locations: readonly LocationChange[];
}

const operations = ["add", "replace", "remove"] as const;
const longestShownPath = 100;

/**
 * Reads the changes of a patch; each is judged by itself.
 *
 * Throws  image.readOnly, image.reserved, image.baseAttribute, image.invalidBody, image.locationPath
 */
export function parsePatch(body: PatchImageBody, form: PatchForm): ParsedPatch {
  const steps = body.map((step) => parseStep(step, form));
  const isOfPlaces = ({ names: [name] }: ParsedStep): boolean => name === locationsAttribute;
  return {
    attributes: steps.filter((step) => !isOfPlaces(step)).map(attributeChange),
    locations: steps.filter(isOfPlaces).map(locationChange),
  };
}

interface ParsedStep {
  readonly op: AttributeChange["op"];
  readonly path: string;
  /** Its parts, unescaped. */
  readonly names: readonly string[];
  readonly step: PatchImageBody[number];
}

function parseStep(step: PatchImageBody[number], form: PatchForm): ParsedStep {
  const { op, path } = form === "v2.1" ? newerStep(step) : olderStep(step);
  return { op, path, names: parsePath(path), step };
}

function locationChange({ op, path, names, step }: ParsedStep): LocationChange {
  requireValue(step, { op, path });
  return parseLocationChange({ op, deeper: names.slice(1), value: step.value });
}

function attributeChange({ op, path, names: [name = "", ...deeper], step }: ParsedStep): AttributeChange {
  if (deeper.length > 0) {
    throw invalid(`the path "${path.slice(0, longestShownPath)}" leads into an attribute; attributes are changed as a whole`);
  }
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
  requireValue(step, { op, path });
  checkValue(name, step.value);
  return { op, name, value: step.value };
}

/** Throws  image.invalidBody */
function requireValue(step: PatchImageBody[number], { op, path }: Pick<ParsedStep, "op" | "path">): void {
  if (op !== "remove" && !Object.hasOwn(step, "value")) {
    throw invalid(`the operation ${op} of ${path.slice(0, longestShownPath)} has no value`);
  }
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

/** The names in a path, in the escapes of a JSON pointer. */
function parsePath(path: string): readonly string[] {
  const shown = `the path "${path.slice(0, longestShownPath)}"`;
  if (!path.startsWith("/") || path.endsWith("/") || path.includes("//")) {
    throw invalid(`${shown} is not a slash and the name of an attribute`);
  }
  if (/~(?![01])/.test(path)) {
    throw invalid(`${shown} has a tilde that is neither ~0 nor ~1`);
  }
  const [, ...names] = path.split("/");
  return names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function invalid(problem: string): ServiceError {
  return new ServiceError("image.invalidBody", { problem });
}
