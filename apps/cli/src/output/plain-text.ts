/** Makes text that others wrote harmless for a terminal: control characters, which could move the cursor or change the title, show as `�`. */
export function plainText(text: string): string {
  return text.replace(/\p{Cc}/gu, "�");
}
