/**
 * A text that any database, file and terminal takes: control characters and halves of characters are replaced, and the rest beyond `longest`
 * characters is cut away, which an ellipsis shows.
 *
 * Memory  four times `longest`
 */
export function cleanText(text: string, longest: number): string {
  if (text.length <= longest && /^[ -~]*$/.test(text)) {
    return text;
  }
  // A character is two code units at most.
  const beginning = text.slice(0, longest * 2 + 2).toWellFormed();
  const clean = beginning.replaceAll(/\p{Cc}|\p{Cf}/gu, "\uFFFD");
  const characters = Array.from(clean);
  return characters.length <= longest && text.length <= beginning.length ? clean : `${characters.slice(0, longest - 1).join("")}…`;
}
