import { specialAttributes } from "@tintype/contract/ims/special-attributes.table.ts";
import type { SpecialAttribute } from "@tintype/contract/ims/special-attributes.table.ts";
import type { Rule } from "./check-rules.ts";

/** What an image's free attributes would become. */
export interface AttributeChange {
  /** Those that get another value, by the names that clients give them. */
  readonly changed: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly osVersion: string;
}

/** A changed attribute that stands in the way, and what it is about. */
interface Obstacle {
  readonly name: string;
  readonly value: string;
  readonly attribute: SpecialAttribute;
}

const longestShownValue = 100;
/** What not every database keeps. */
const unstorable = /\0|\p{Surrogate}/u;

/** What attributes with a meaning of their own may hold. Only what changes is judged: an image that has it already can still be changed. */
export const attributeRules: readonly Rule<AttributeChange>[] = [
  {
    name: "attributeCharacters",
    requirement: "R-311",
    code: "IMG.0105",
    holds: ({ changed, properties }) => !changed.some((name) => unstorable.test(name) || unstorable.test(properties[name] ?? "")),
    data: () => ({ operation: "An attribute with a character that is none" }),
    remedy: { en: "Take out NUL characters and halves of surrogate pairs.", zh: "请去掉空字符和不成对的代理字符。" },
  },
  {
    name: "attributeValue",
    requirement: "R-121, R-126",
    code: "IMG.0105",
    holds: (change) => withValue(change) === undefined,
    data: (change) => {
      const { name, value, values } = withValue(change) ?? { name: "", value: "", values: "" };
      return {
        operation: `${name} = "${value.slice(0, longestShownValue)}"`,
        remedyEn: `Set it to ${values}, or remove the attribute.`,
        remedyZh: `请设为 ${values}，或删除该属性。`,
      };
    },
  },
  {
    name: "attributesTogether",
    requirement: "ims-api §1.2 Exclusivity",
    code: "IMG.0105",
    holds: (change) => withPartner(change) === undefined,
    data: (change) => {
      const { name, partner } = withPartner(change) ?? { name: "", partner: "" };
      return {
        operation: `${name} together with ${partner}`,
        remedyEn: `Remove ${partner} in the same request.`,
        remedyZh: `请在同一请求中删除 ${partner}。`,
      };
    },
  },
  {
    name: "attributeSystem",
    requirement: "ims-api §8 special-purpose image lists",
    code: "IMG.0105",
    holds: (change) => withSystem(change) === undefined,
    data: (change) => {
      const { name, systems } = withSystem(change) ?? { name: "", systems: "" };
      return {
        operation: `${name} for ${change.osVersion}`,
        remedyEn: `It is for images with one of: ${systems}.`,
        remedyZh: `该属性仅适用于以下操作系统的镜像：${systems}。`,
      };
    },
  },
];

function withValue(change: AttributeChange) {
  const obstacle = obstacles(change).find(({ attribute: { values }, value }) => !takes(values, value));
  return obstacle && { ...obstacle, values: worded(obstacle.attribute.values) };
}

function withPartner(change: AttributeChange) {
  for (const { name, attribute } of obstacles(change)) {
    const partner = attribute.excludes?.find((other) => Object.hasOwn(change.properties, other));
    if (partner !== undefined) {
      return { name, partner };
    }
  }
  return undefined;
}

function withSystem(change: AttributeChange) {
  const obstacle = obstacles(change).find(
    ({ attribute: { systems } }) => systems !== undefined && !systems.some((system) => change.osVersion.startsWith(`${system} `)),
  );
  return obstacle && { ...obstacle, systems: obstacle.attribute.systems?.join(", ") ?? "" };
}

/** The changed attributes that have a meaning of their own. */
function obstacles({ changed, properties }: AttributeChange): readonly Obstacle[] {
  return changed.flatMap((name) => {
    const attribute = Object.hasOwn(specialAttributes, name) ? specialAttributes[name] : undefined;
    return attribute === undefined ? [] : [{ name, attribute, value: properties[name] ?? "" }];
  });
}

function takes(values: SpecialAttribute["values"], value: string): boolean {
  if ("from" in values) {
    return /^\d{1,9}$/.test(value) && Number(value) >= values.from && Number(value) <= values.to;
  }
  return values.includes(value);
}

function worded(values: SpecialAttribute["values"]): string {
  return "from" in values ? `${values.from}–${values.to}` : values.join(", ");
}
