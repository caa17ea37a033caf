/** Rows of the table of members, as they lie in the database. Instants are milliseconds since 1970. */
export interface MembersTables {
  image_members: {
    image_id: string;
    /** A project. */
    member_id: string;
    status: string;
    created_at: number;
    updated_at: number;
  };
}
