import { ServiceError } from "@tintype/contract/service-error.ts";
import { meantTag } from "../../images/image-tags.ts";
import type { ImageTag } from "../../images/image-tags.ts";

/** A tag as an object; without a value it is the key alone. */
interface TagObject {
  readonly key: string;
  readonly value?: string;
}

/** Tags in the two forms that clients have: texts `key.value`, or objects. */
export interface TwoTagForms {
  readonly texts?: readonly string[] | undefined;
  readonly objects?: readonly TagObject[] | undefined;
}

/**
 * Reads tags that come in one of two forms.
 *
 * Throws  IMG.0115 when both are there
 */
export function parseTags({ texts = [], objects = [] }: TwoTagForms): readonly ImageTag[] {
  if (texts.length > 0 && objects.length > 0) {
    throw new ServiceError("IMG.0115", { problemEn: "they come in both forms", problemZh: "不能同时使用两种标签格式" });
  }
  return [...texts.map(dottedTag), ...objects.map(meantTag)];
}

/** `key.value`: the first dot divides, further ones belong to the value. */
function dottedTag(text: string): ImageTag {
  const dot = text.indexOf(".");
  const [key, value] = dot < 0 ? [text, ""] : [text.slice(0, dot), text.slice(dot + 1)];
  return meantTag({ key, value });
}
