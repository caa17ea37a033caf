/** Rows of the tables of enterprise projects and predefined tags. Booleans are 0 and 1, instants milliseconds since 1970. */
export interface TagsTables {
  enterprise_projects: {
    id: string;
    domain_id: string;
    name: string;
    description: string;
    kind: string;
    enabled: number;
    created_at: number;
    updated_at: number;
  };
  predefined_tags: {
    domain_id: string;
    tag_key: string;
    tag_value: string;
    updated_at: number;
  };
}
