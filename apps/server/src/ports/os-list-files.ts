/** A file with a list of operating systems: what it says, or why it could not be read. Its name is that of the list, without `.json`. */
export type OsListSource = { readonly name: string; readonly content: unknown } | { readonly name: string; readonly problem: string };

/** Where lists lie that an operator puts over those that come with the service. */
export interface OsListFiles {
  /** All of them as they are now, by name. What cannot be read is told, not thrown. */
  read(): Promise<readonly OsListSource[]>;
}
