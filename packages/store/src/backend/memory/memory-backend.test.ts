import { backendContract } from "../backend.contract.ts";
import { memoryPlace } from "../testing/memory-place.ts";

backendContract("memory", async () => memoryPlace());
