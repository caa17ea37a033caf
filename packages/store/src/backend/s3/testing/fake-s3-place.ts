import type { BackendPlace } from "../../backend.contract.ts";
import { InstantTimers } from "../../testing/instant-timers.ts";
import { openS3Backend } from "../open-s3-backend.ts";
import type { S3Options } from "../s3-options.ts";
import { FakeS3 } from "./fake-s3.ts";

/** Options for a bucket of the fake service, with retries that take no time. */
export function fakeOptions(fake: FakeS3, more: Partial<S3Options> = {}): S3Options {
  return {
    endpoint: fake.endpoint,
    region: "us-east-1",
    bucket: FakeS3.bucket,
    prefix: "store/",
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    timers: new InstantTimers(),
    ...more,
  };
}

/** A place in a fake service for the suite. */
export async function fakeS3Place(honours: FakeS3["honours"]): Promise<BackendPlace> {
  const fake = await FakeS3.start();
  fake.honours = honours;
  return {
    open: () => openS3Backend(fakeOptions(fake)),
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}
