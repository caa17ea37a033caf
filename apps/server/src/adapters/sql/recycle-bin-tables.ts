/** Rows of the recycle bin and of the log of public images, as they lie in the database. Instants are milliseconds since 1970. */
export interface RecycleBinTables {
  recycled_images: {
    id: string;
    project_id: string;
    deleted_at: number;
    purge_at: number;
    /** The image as it was, as JSON. */
    record: string;
  };
  public_image_changes: {
    id: string;
    image_id: string;
    change: string;
    changed_at: number;
    name: string;
    platform: string;
    os_version: string;
    architecture: string;
  };
}
