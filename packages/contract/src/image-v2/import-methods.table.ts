/** The ways in which an image can be imported, as the answer to its making and `/v2/info/import` name them: each of them works. */
export const importMethods: readonly string[] = [];
