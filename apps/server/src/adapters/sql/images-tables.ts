/** Rows of the images tables, as they lie in the database. */
export interface ImagesTables {}
