/** What spreadsheets take for the beginning of a formula; the last four are the wide forms of the first. */
const formula = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * One line of a CSV file with its line end. A field that a spreadsheet would run as a formula gets an apostrophe in front, which spreadsheets
 * take for "this is text"; one with commas, quotes or line ends goes into quotes.
 *
 * Source  RFC 4180; OWASP, "CSV Injection"
 */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(csvField).join(",")}\r\n`;
}

function csvField(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
