/** Rows of the jobs tables, as they lie in the database. */
export interface JobsTables {}
