/** Whom a token is lent to: a user, in a project, maybe as an agency. */
export interface TokenBearer {
  readonly userId: string;
  readonly agencyId: string | undefined;
  readonly projectId: string;
}

/** A token that ends with its disposal. */
export interface LentToken extends AsyncDisposable {
  readonly token: string;
}

/** The image services that the catalog of the identity service names. */
export interface ImageServices {
  /** The endpoint of one, without a slash at the end; undefined when the catalog has none. */
  addressOf(region: string, endpointInterface: string): string | undefined;
  /** Makes a token for a user who asked for work that is done later. What it may do is decided when it is used. */
  lendToken(bearer: TokenBearer): Promise<LentToken>;
}
