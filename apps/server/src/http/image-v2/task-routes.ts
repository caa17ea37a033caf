import { CreateImageBody } from "@tintype/contract/image-v2/images.ts";
import { CreateTaskBody, ImageTask, ListTasksAnswer } from "@tintype/contract/image-v2/imports.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { JobStatus } from "@tintype/jobs/job-record.ts";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { createImportTask } from "../../image-imports/create-import-task.ts";
import { getTask, listTasks, tasksAction } from "../../image-imports/image-tasks.ts";
import { importOf } from "../../image-imports/import-work.ts";
import { traced } from "./image-calls.ts";
import { addressOf, refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import { pageLinks } from "./page-links.ts";
import { parseNewImage } from "./parse-new-image.ts";
import { parsePageQuery } from "./parse-page-query.ts";
import { taskStatuses, tasksPath, toJobId, toListedTask, toTask, toTaskId } from "./to-task.ts";

const tags = ["tasks"];
const defaultLimit = 25;
const sortKeys = new Map([["created_at", "createdAt"]] as const);
const access = { access: [tasksAction] } as const;

const ListTasksQuery = Type.Partial(
  Type.Object({
    limit: Type.String(),
    marker: Type.String(),
    // The glance command always asks for an order by status.
    sort_key: Type.Enum(["created_at", "id", "type", "status"], { type: "string", description: "Passed over: the newest come first" }),
    sort_dir: Type.Literal("desc", { description: "The only order there is" }),
    status: Type.Enum(["pending", "processing", "success", "failure"], { type: "string" }),
  }),
);

/** Shows tasks to administrators, who may start one too. */
export function addTaskRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.get(
    tasksPath,
    {
      config: access,
      schema: {
        operationId: "listTasks",
        summary: "List all tasks, newest first",
        tags,
        querystring: ListTasksQuery,
        response: { 200: ListTasksAnswer, ...refusals },
      },
    },
    async ({ principal, query, url }) => {
      const { limit, marker } = parsePageQuery({ ...query, sort_key: "created_at" }, sortKeys, defaultLimit);
      const before = marker === undefined ? undefined : (await getTask(services, principal, toJobId(marker))).id;
      const found = await listTasks(services, principal, { limit, before, status: statusesOf(query.status) });
      const last = limit > 0 && found.length === limit ? found.at(-1) : undefined;
      return { tasks: found.map(toListedTask), schema: "/v2/schemas/tasks", ...pageLinks(tasksPath, url, last && toTaskId(last.id)) };
    },
  );
  app.get(
    `${tasksPath}/:task_id`,
    {
      config: access,
      schema: {
        operationId: "showTask",
        summary: "Show a task",
        tags,
        params: Type.Object({ task_id: Type.String() }),
        response: { 200: ImageTask, ...refusals },
      },
    },
    async ({ principal, params: { task_id: id } }) => toTask(await getTask(services, principal, toJobId(id))),
  );
  addCreation(app, services);
}

function addCreation(app: ImageV2App, services: ImageV2Services): void {
  app.post(
    tasksPath,
    {
      config: traced(tasksAction, "createTask"),
      schema: {
        operationId: "createTask",
        summary: "Make an image and import it from an address",
        tags,
        body: CreateTaskBody,
        response: { 201: ImageTask, ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, body, id: requestId } = request;
      const job = await createImportTask(services, principal, { ...parseTask(body), requestId });
      const { imageId, imageName } = importOf(job);
      request.traced = { resourceId: imageId, resourceName: imageName, jobId: job.id };
      return await reply
        .code(201)
        .header("location", addressOf(request, `${tasksPath}/${toTaskId(job.id)}`))
        .send(toTask(job));
    },
  );
}

/** Throws  image.invalidBody; as `parseNewImage` */
function parseTask({ type, input }: CreateTaskBody) {
  if (type !== "import") {
    throw new ServiceError("image.invalidBody", { problem: "type is not import" });
  }
  const properties: unknown = input.image_properties;
  if (!Value.Check(CreateImageBody, properties)) {
    throw new ServiceError("image.invalidBody", { problem: "input.image_properties is not what an image is made of" });
  }
  return { declaration: parseNewImage(properties), uri: input.import_from };
}

function statusesOf(word: ImageTask["status"] | undefined): readonly JobStatus[] | undefined {
  return word && taskStatuses[word];
}
