import type { MemberStatus } from "./image-catalog.ts";
import type { ImageId, ProjectId } from "./ids.ts";

/** A project that an image is shared with. Instants are milliseconds since 1970, UTC. */
export interface MemberRecord {
  readonly imageId: ImageId;
  readonly memberId: ProjectId;
  readonly status: MemberStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** One page of an image's members: at most `limit` behind the member `after`. */
export interface MemberPage {
  readonly after?: string;
  readonly limit: number;
}

/**
 * Who images are shared with. It keeps `memberCount` of the images true: what inserts and removes members changes the count with them.
 * Members of an image that is removed go with it.
 */
export interface MemberCatalog {
  /** Throws `DuplicateError` when the project is a member already, and another error when there is no such image. */
  insert(member: MemberRecord): Promise<void>;
  get(imageId: ImageId, memberId: string): Promise<MemberRecord | undefined>;
  /** In the order in which they were added, then by member. Answers undefined when `after` names no member of the image. */
  list(imageId: ImageId, page: MemberPage): Promise<readonly MemberRecord[] | undefined>;
  /** Answers undefined when there is no such member. */
  changeStatus(imageId: ImageId, memberId: ProjectId, status: MemberStatus, now: number): Promise<MemberRecord | undefined>;
  /** Tells whether there was one to remove. */
  remove(imageId: ImageId, memberId: ProjectId): Promise<boolean>;
  /** How many members the image of this project has that has the most; 0 without images. */
  mostOfOneImage(projectId: ProjectId): Promise<number>;
}
