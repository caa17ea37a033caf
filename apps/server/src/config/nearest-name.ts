/** Answers what was probably meant by `wrong`: the name at most two edits away, or one that begins so. Undefined where there is none. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({ name, distance: editDistance(wrong.toLowerCase(), name.toLowerCase()) }));
  const [nearest] = distances.sort((a, b) => a.distance - b.distance);
  // As many edits as there are letters make any word.
  const isNear = nearest !== undefined && nearest.distance <= 2 && nearest.distance < wrong.length;
  return isNear ? nearest.name : names.find((name) => wrong !== "" && name.toLowerCase().startsWith(wrong.toLowerCase()));
}

/** Insertions, deletions and replacements between two words (Levenshtein), two rows at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
