const MAX_CHARACTERS = 120;

/**
 * Cuts the folders off a name that an image carries, so that it can be shown without telling about the machine it came from.
 *
 * Shape   printable, at most 120 characters, ends at the first NUL; may be empty
 */
export function baseNameOf(path: string): string {
  const [text = ""] = path.split("\0");
  const name = text.split(/[/\\]/).at(-1) ?? "";
  return name
    .replace(/[\p{C}\p{Z}\ufffd]+/gu, " ")
    .trim()
    .slice(0, MAX_CHARACTERS);
}
