/** Rows of the images tables, as they lie in the database. Booleans are 0 and 1, instants milliseconds since 1970. */
export interface ImagesTables {
  images: {
    id: string;
    project_id: string;
    name: string;
    description: string;
    status: string;
    visibility: string;
    protected: number;
    kind: string;
    container_format: string;
    disk_format: string;
    min_disk_gib: number;
    min_ram_mib: number;
    max_ram_mib: number;
    /** JSON array of `ImageDisk`. */
    disks: string;
    /** JSON array of names of stores. */
    stores: string;
    os_type: string;
    os_bit: string;
    os_version: string;
    platform: string;
    architecture: string;
    firmware: string;
    origin: string | null;
    source_format: string | null;
    enterprise_project_id: string;
    /** JSON array of strings. */
    tags: string;
    /** JSON object of strings. */
    properties: string;
    created_at: number;
    updated_at: number;
    active_at: number | null;
    /** JSON of `ImageEncryption`. */
    encryption: string | null;
    /** JSON of `ImageLineage`. */
    lineage: string;
    is_published: number;
    member_count: number;
    is_hidden: number;
    /** JSON of `ImageFile`. */
    file: string | null;
    /** JSON array of `ImageLocation`. */
    locations: string;
    /** JSON of `ContentPromise`. */
    promised: string | null;
    /** Length of that file, or of the one that is promised, once more, -1 where there is none: what lists select and sort by. */
    file_bytes: number;
    /** Size of the first disk once more, -1 where there is none. */
    virtual_bytes: number;
  };
  /** How many rows of `images` a project has. No row stands for none. */
  image_counts: {
    project_id: string;
    images: number;
  };
  /** Ids of images that are gone. */
  removed_images: {
    id: string;
  };
  /** The tags of `images.tags` once more, one row for each key: what finds images by them. Project and instant are the image's. */
  image_tags: {
    image_id: string;
    tag_key: string;
    tag_value: string;
    project_id: string;
    created_at: number;
  };
  /** The free attributes of `images.properties` once more. */
  image_properties: {
    image_id: string;
    name: string;
    value: string;
  };
}
