/** Rows of the tables of definitions of metadata. Booleans are 0 and 1, instants milliseconds since 1970, `content` is JSON. */
export interface MetadefsTables {
  metadef_namespaces: {
    id: string;
    name: string;
    display_name: string | null;
    description: string | null;
    visibility: string;
    protected: number;
    owner: string;
    created_at: number;
    updated_at: number;
  };
  metadef_items: {
    namespace_id: string;
    kind: string;
    name: string;
    /** Order within the namespace. */
    position: number;
    content: string;
    created_at: number;
    updated_at: number;
  };
  metadef_resource_types: {
    name: string;
    position: number;
    created_at: number;
  };
  metadef_loaded_sets: {
    name: string;
  };
}
