/** Names that every backend takes. No two of them differ only in where a folder ends. */
export const goodFileNames: readonly string[] = [
  "a",
  "format",
  "packs/3f/3fe2.pack",
  "a.b/c-d/e_f/0",
  ".hidden",
  "..two",
  "deep/".repeat(20) + "file",
  "x".repeat(200),
];

/** Names that every backend refuses. */
export const badFileNames: readonly string[] = [
  "",
  "/",
  "/a",
  "a/",
  "a//b",
  ".",
  "..",
  "...",
  "../a",
  "a/../b",
  "a/.",
  "A",
  "a b",
  "a\\b",
  "a\0b",
  "a\n",
  "ä",
  "a:b",
  "~a",
  "x".repeat(201),
];
