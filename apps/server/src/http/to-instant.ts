/** `yyyy-MM-ddTHH:mm:ssZ`, as the Huawei dialects show times: their clients parse them with a layout that needs the Z. */
export function toInstant(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
