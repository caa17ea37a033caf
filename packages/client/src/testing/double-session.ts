import { Session } from "../session/session.ts";
import type { Timers } from "../timing/timers.ts";

/** A session with a double that answers everything on one address. */
export function doubleSession(url: URL, timers: Timers): Session {
  return new Session({
    authUrl: new URL("/v3", url),
    apiUrl: url,
    bucketsUrl: url,
    timers,
    credentials: {
      kind: "password",
      username: "demo",
      password: "secret",
      userDomainName: "Default",
      project: { name: "demo", domainName: "Default" },
    },
  });
}
