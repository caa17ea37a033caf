import { testJobRecords } from "./job-records.contract.ts";
import { memoryJobRecords } from "./memory-job-records.ts";

testJobRecords("memory", async () => ({ records: memoryJobRecords(), async [Symbol.asyncDispose]() {} }));
