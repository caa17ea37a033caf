import { readLocalCredentials } from "./local-session.ts";

/** A token of the administrator of the first start, for calls that are made without the client. */
export async function localToken(dataDir: string): Promise<{ readonly token: string; readonly projectId: string }> {
  const { authUrl } = await readLocalCredentials(dataDir);
  // Only written by the server, whose first user it names.
  const { username, password, projectName } = (await readLocalCredentials(dataDir)) as unknown as Record<string, string>;
  const domain = { name: "Default" };
  const body = {
    auth: {
      identity: { methods: ["password"], password: { user: { name: username, password, domain } } },
      scope: { project: { name: projectName, domain } },
    },
  };
  const answer = await fetch(`${authUrl}/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const token = answer.headers.get("x-subject-token");
  if (token === null) {
    throw new Error(`No token: ${answer.status} ${await answer.text()}`);
  }
  // The documented answer.
  const { token: described } = (await answer.json()) as { token: { project: { id: string } } };
  return { token, projectId: described.project.id };
}
