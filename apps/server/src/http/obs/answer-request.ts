import type { Principal } from "../../ports/principal.ts";
import { projectFor } from "./project-for.ts";
import type { ObsAnswer } from "./obs-answer.ts";
import { authenticateObsRequest } from "./authenticate-obs-request.ts";
import { findOperation } from "./find-operation.ts";
import type { ObsRequest } from "./obs-request.ts";
import type { ObsServices } from "./obs-services.ts";
import { refuseUnsupported } from "./refuse-unsupported.ts";
import { requestPayload } from "./request-payload.ts";

/** What a request's body and its sender's staying there come through. */
export interface RequestConnection {
  readonly body: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  /** Hears what the request asks for, in the words of the S3 API. */
  onOperation(name: string): void;
  /** Hears who sent the request. */
  onPrincipal(principal: Principal): void;
}

/**
 * Authenticates a request, lets it do what it may, and answers it.
 *
 * Throws  ServiceError, and what the catalog and the store throw
 */
export async function answerRequest(services: ObsServices, request: ObsRequest, connection: RequestConnection): Promise<ObsAnswer> {
  const authenticated = await authenticateObsRequest(services, request);
  const { principal, bodySigning } = authenticated;
  connection.onPrincipal(principal);
  const operation = findOperation(authenticated.request);
  connection.onOperation(operation.name);
  const projectId = projectFor(principal, operation.action, request);
  refuseUnsupported(authenticated.request, operation, projectId);
  return await operation.answer({
    services,
    principal,
    request: authenticated.request,
    signal: connection.signal,
    address: { projectId, bucket: request.bucket, key: request.key },
    payload: () => requestPayload(authenticated.request, bodySigning, connection.body),
  });
}
