/**
 * Tells whether a text fits a pattern in which `*` stands for any text, also for none, and everything else for itself.
 *
 * Time  pattern length × text length at worst; both are bounded where they come from
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let [at, star, resume] = [0, -1, 0];
  for (let index = 0; index < text.length;) {
    if (pattern[at] === "*") {
      [star, resume] = [at, index];
      at += 1;
    } else if (pattern[at] === text[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      // The last star takes one more.
      at = star + 1;
      resume += 1;
      index = resume;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}
