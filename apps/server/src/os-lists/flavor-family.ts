/** The family of a flavor, in small letters: what is before the first point. `s6.large.2` is of `s6`. */
export function flavorFamily(flavor: string): string {
  const [family = ""] = flavor.toLowerCase().split(".");
  return family;
}
