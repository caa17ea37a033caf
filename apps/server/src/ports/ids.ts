/** Branded names of things, so that one kind of id cannot be passed for another. */
export type ProjectId = string & { readonly __brand: "ProjectId" };
export type UserId = string & { readonly __brand: "UserId" };
export type DomainId = string & { readonly __brand: "DomainId" };
export type GroupId = string & { readonly __brand: "GroupId" };
export type AgencyId = string & { readonly __brand: "AgencyId" };
export type ImageId = string & { readonly __brand: "ImageId" };
export type JobId = string & { readonly __brand: "JobId" };

/** Makes new names. The only source of randomness of the use cases. */
export interface Ids {
  /** UUID (version 7) with dashes. */
  uuid(): string;
  /** 32 hex digits. */
  hex32(): string;
  /** A secret of `bytes` random bytes, base64url. */
  secret(bytes: number): string;
}
