/** A member of an image, as a caller names it. */
export interface MemberAddress {
  readonly imageId: string;
  readonly memberId: string;
}
