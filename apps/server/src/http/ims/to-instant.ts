/** `yyyy-MM-ddTHH:mm:ssZ`: clients of IMS parse images' times with a layout that needs the Z. */
export function toInstant(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
