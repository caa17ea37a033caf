/** By what lists of things in a namespace are sorted: the names on the wire, and ours. */
export const itemSortKeys = new Map([
  ["created_at", "createdAt"],
  ["updated_at", "updatedAt"],
  ["name", "name"],
] as const);
