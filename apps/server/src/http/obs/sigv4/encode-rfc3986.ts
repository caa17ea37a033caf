/** Percent-encodes everything but `A-Z a-z 0-9 - _ . ~`, as AWS Signature Version 4 wants names and values. */
export function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
