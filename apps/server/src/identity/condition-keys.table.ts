import type { Principal } from "../ports/principal.ts";
import type { ResourceFacts } from "./resource-facts.ts";

/** Keys of conditions that ask about the caller, and what they answer; no value where there is none. */
export const callerKeys: Readonly<Record<string, (principal: Principal) => string | undefined>> = {
  "g:username": ({ userName }) => userName,
  "g:userid": ({ userId }) => userId,
  "g:projectname": ({ project }) => project?.name,
  "g:projectid": ({ project }) => project?.id,
  "g:domainname": ({ domainName }) => domainName,
  "g:domainid": ({ domainId }) => domainId,
  "g:currenttime": ({ at }) => new Date(at).toISOString(),
  // Nobody logs in with a second factor here.
  "g:mfapresent": () => "false",
};

/** Keys of conditions that ask about the thing. */
export const resourceKeys: Readonly<Record<string, (resource: ResourceFacts) => string>> = {
  "g:enterpriseprojectid": ({ enterpriseProjectId }) => enterpriseProjectId,
};

/** Keys that ask for the value of the tag whose key follows them. */
export const tagKeyPrefixes: readonly string[] = ["g:resourcetag/", "ims:imagetag/"];
