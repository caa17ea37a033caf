import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServiceError } from "@tintype/contract/service-error.ts";
import { logFailure } from "../../observability/log-failure.ts";
import type { Principal } from "../../ports/principal.ts";
import { answerRequest } from "./answer-request.ts";
import { asServiceError, errorAnswer } from "./error-answer.ts";
import type { ObsAnswer } from "./obs-answer.ts";
import { parseObsRequest } from "./obs-request.ts";
import type { ObsRequest } from "./obs-request.ts";
import type { ObsServices } from "./obs-services.ts";
import { sendAnswer } from "./send-answer.ts";
import { traceExchange } from "./trace-exchange.ts";
import { withFirstPiece } from "./with-first-piece.ts";

/** A request and where its answer goes, as Node hands them over. */
export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  /** The client waits for a word before it sends the body. */
  readonly wantsContinue: boolean;
}

/** One exchange while it is handled. */
interface Handling extends Exchange {
  readonly requestId: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** As the S3 API calls it, once it is known. */
  operation: string;
  request?: ObsRequest;
  principal?: Principal;
}

const [longestBucket, longestKey] = [63, 1024];

/** What is noted of a client that went away before it had its answer. */
const clientLeftStatus = 499;

/** Answers one request. Never throws: what goes wrong is answered, and logged when it is our failure. */
export async function handleExchange(services: ObsServices, exchange: Exchange): Promise<void> {
  const startedAt = services.clock.now();
  const { response, incoming } = exchange;
  // A sender that leaves takes its address along.
  const { remoteAddress: sourceIp = "" } = incoming.socket;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const handling: Handling = { ...exchange, requestId: services.ids.hex32(), signal: gone.signal, operation: "unknown" };
  response.setHeader("x-amz-request-id", handling.requestId);
  response.setHeader("x-obs-request-id", handling.requestId);
  const answer = await answerOrRefuse(services, handling);
  const { request, principal, requestId } = handling;
  await traceExchange(services, { request, principal, answer, sourceIp, requestId });
  try {
    await using _body = typeof answer.body === "object" ? answer.body : undefined;
    if (!hasLeft(handling)) {
      await sendAnswer(handling, answer);
    }
  } catch (error) {
    // The status is out, so cutting the connection is the only way left to tell.
    report(services, handling, asServiceError(error));
    response.destroy();
  }
  const status = response.writableFinished || !hasLeft(handling) ? response.statusCode : clientLeftStatus;
  const durationMs = services.clock.now() - startedAt;
  const { operation } = handling;
  services.log.info({ requestId, operation, ...targetOf(handling), status, durationMs }, "Bucket request");
  services.onAnswered?.({ operation, status, durationMs });
}

async function answerOrRefuse(services: ObsServices, handling: Handling): Promise<ObsAnswer> {
  const { incoming, response, wantsContinue, requestId, signal } = handling;
  const body = bodyOf(services, handling);
  try {
    const raw = { method: incoming.method ?? "", target: incoming.url ?? "", rawHeaders: incoming.rawHeaders };
    const request = parseObsRequest(raw, services.domain);
    handling.request = request;
    const answer = await answerRequest(services, request, {
      body,
      signal,
      onOperation: (name) => (handling.operation = name),
      onPrincipal: (principal) => (handling.principal = principal),
    });
    return await withFirstPiece(answer, signal);
  } catch (thrown) {
    const error = asServiceError(thrown);
    report(services, handling, error);
    if (wantsContinue) {
      // Whether the body still comes is for the client to decide, so the connection cannot be used again.
      response.setHeader("connection", "close");
    }
    return errorAnswer(error, { resource: incoming.url?.split("?", 1)[0] ?? "", requestId });
  }
}

async function* bodyOf({ readBody }: ObsServices, { incoming, response, wantsContinue }: Exchange): AsyncGenerator<Uint8Array> {
  if (wantsContinue) {
    response.writeContinue();
  }
  yield* readBody(incoming, Number(incoming.headers["content-length"] ?? Infinity));
}

function report(services: ObsServices, handling: Handling, error: ServiceError): void {
  if (!hasLeft(handling)) {
    const { requestId, operation } = handling;
    const fields = { err: error, requestId, operation, ...targetOf(handling) };
    logFailure(services.log, error.status, fields, "A request to the bucket endpoint failed");
  }
}

/** What a request was about, for the log, at most as long as names of buckets and keys can be. Its query is left out: it may hold a signature. */
function targetOf({ request }: Handling): object {
  const { bucket, key } = request ?? { bucket: "", key: "" };
  return {
    ...(bucket !== "" && { bucket: bucket.slice(0, longestBucket) }),
    ...(key !== "" && { key: key.slice(0, longestKey) }),
  };
}

function hasLeft({ incoming, signal }: Handling): boolean {
  return signal.aborted || incoming.socket.destroyed;
}
