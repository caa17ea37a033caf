/** Who signed, and for which day, region and service. */
export interface CredentialScope {
  readonly access: string;
  /** yyyymmdd */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** Reads `<access key>/<date>/<region>/<service>/aws4_request`; undefined when it is none. An access key may contain slashes. */
export function parseCredential(credential: string): CredentialScope | undefined {
  const match = /^(.+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential);
  if (match === null) {
    return undefined;
  }
  const [, access = "", date = "", region = "", service = ""] = match;
  return { access, date, region, service };
}

/** The scope as it stands in a string to sign. */
export function scopeText({ date, region, service }: CredentialScope): string {
  return `${date}/${region}/${service}/aws4_request`;
}
