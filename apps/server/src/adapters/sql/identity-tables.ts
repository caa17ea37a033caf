/** Rows of the identity tables, as they lie in the database. */
export interface IdentityTables {}
