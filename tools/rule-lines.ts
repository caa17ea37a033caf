import { errorTable } from "@tintype/contract/service-error.ts";
import type { ErrorData, ErrorDescriptor } from "@tintype/contract/service-error.ts";
import type { Rule } from "@tintype/server/images/check-rules.ts";

/** What a page needs of a rule, whatever it is about. */
export type PageRule = Pick<Rule<never>, "name" | "requirement" | "code" | "remedy">;

/**
 * A rule as an entry of a list: its name, requirement and code, then what it says in both languages. Places of the sentence stand as code;
 * words that the rule itself puts there come from `data`, where there is any.
 */
export function ruleLines({ name, requirement, code, remedy }: PageRule, data: ErrorData = {}): readonly string[] {
  const { en, zh, remedyEn, remedyZh }: ErrorDescriptor = errorTable[code];
  const words: ErrorData = { ...data, ...(remedy && { remedyEn: remedy.en, remedyZh: remedy.zh }) };
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, place: string) => {
      const isWorded = /(En|Zh)$/.test(place);
      return isWorded ? `${words[place] ?? "…"}` : `\`${place}\``;
    });
  return [
    `- **${name}** (${requirement}) \`${code}\``,
    `  ${escaped(fill(`${en} ${remedyEn}`))}`,
    `  ${escaped(fill(`${zh}${remedyZh}`))}`,
  ];
}

/** Sentences are text, and no markup, apart from the places. */
function escaped(text: string): string {
  return text.replace(/[<>*[\]\\]/g, "\\$&");
}
