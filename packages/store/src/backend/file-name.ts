const form = /^(?!.*(?:^|\/)(?:\.*)(?:\/|$))[a-z0-9/._-]{1,200}$/;

/** Tells whether a file may have this name, by the rules at `Backend`. */
export function isFileName(name: string): boolean {
  return form.test(name);
}

/** Throws a TypeError unless a file may have this name: names come from the program, so a bad one is a mistake in it. */
export function checkFileName(name: string): void {
  if (!isFileName(name)) {
    const rule = "a-z, 0-9, '/', '.', '-' and '_', at most 200, no part empty or of dots only";
    throw new TypeError(`A kept file's name has ${rule}; got ${JSON.stringify(name.slice(0, 250))}.`);
  }
}
