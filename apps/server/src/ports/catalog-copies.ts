/** Copies of the catalog, beside it or elsewhere. Their names sort by age. */
export interface CatalogCopies {
  /** Makes a copy of the catalog as it is at one moment; whole and durable when this returns. Answers where it is, for people. */
  make(name: string): Promise<string>;
  /** Names of all copies, oldest first. */
  list(): Promise<readonly string[]>;
  remove(name: string): Promise<void>;
}
