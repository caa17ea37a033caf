import { basename, extname } from "node:path";

/** What the key of an uploaded file ends with: files of discs may have letters, digits, `-` and `_` only. Undefined where the file's own name serves. */
export function uploadName(file: string, { isDisc }: { readonly isDisc: boolean }): string | undefined {
  return isDisc
    ? `${basename(file, extname(file))
        .replace(/[^A-Za-z0-9_-]/g, "_")
        .slice(-100)}.iso`
    : undefined;
}
