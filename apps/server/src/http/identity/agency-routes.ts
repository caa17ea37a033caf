import { Type } from "typebox";
import { AgenciesBody, AgencyBody, CreateAgencyBody, UpdateAgencyBody } from "@tintype/contract/identity/agencies.ts";
import type { Agency } from "@tintype/contract/identity/agencies.ts";
import { createAgency, deleteAgency, getAgency, listAgencies, updateAgency } from "../../identity/manage-agencies.ts";
import type { AgencyDuration } from "../../identity/manage-agencies.ts";
import { findDomain } from "../../identity/find-domain.ts";
import type { AgencyRecord } from "../../ports/identity-catalog.ts";
import { refusals, traced, withMicroseconds } from "./identity-app.ts";
import type { IdentityApp } from "./identity-app.ts";
import type { IdentityServices } from "./identity-services.ts";

const tags = ["agencies"];
const params = Type.Object({ agency_id: Type.String() });
const msPerHour = 3_600_000;

/** Makes, shows, changes and deletes agencies. */
export function addAgencyRoutes(app: IdentityApp, services: IdentityServices): void {
  app.post(
    "/OS-AGENCY/agencies",
    {
      config: { access: ["iam:agencies:createAgency"], trace: traced("agency", "createAgency") },
      schema: {
        operationId: "createAgency",
        summary: "Make an agency",
        tags,
        body: CreateAgencyBody,
        response: { 201: AgencyBody, ...refusals },
      },
    },
    async ({ principal, body: { agency } }, reply) => {
      const { name, domain_id: domainId, description = "", trust_domain_id: id, trust_domain_name: trusted } = agency;
      const duration = durationOf(agency.duration) ?? "FOREVER";
      const made = await createAgency(services, principal, { name, domainId, description, trusted: { id, name: trusted }, duration });
      return await reply.code(201).send({ agency: await toAgency(services, made) });
    },
  );
  app.get(
    "/OS-AGENCY/agencies",
    {
      config: { access: ["iam:agencies:listAgencies"] },
      schema: {
        operationId: "listAgencies",
        summary: "List agencies",
        tags,
        querystring: Type.Object({
          domain_id: Type.Optional(Type.String()),
          name: Type.Optional(Type.String()),
          trust_domain_id: Type.Optional(Type.String()),
        }),
        response: { 200: AgenciesBody, ...refusals },
      },
    },
    async ({ principal, query: { domain_id: domainId, name, trust_domain_id: trustedId } }) => {
      const trusted = trustedId === undefined ? undefined : ((await findDomain(services, { id: trustedId }))?.name ?? trustedId);
      const found = await listAgencies(services, principal, { domainId, name, trustedDomainName: trusted });
      return { agencies: await Promise.all(found.map(async (agency) => toAgency(services, agency))) };
    },
  );
  addAgencyChangeRoutes(app, services);
}

function addAgencyChangeRoutes(app: IdentityApp, services: IdentityServices): void {
  app.get(
    "/OS-AGENCY/agencies/:agency_id",
    {
      config: { access: ["iam:agencies:getAgency"] },
      schema: { operationId: "showAgency", summary: "Show an agency", tags, params, response: { 200: AgencyBody, ...refusals } },
    },
    async ({ principal, params: { agency_id: id } }) => ({ agency: await toAgency(services, await getAgency(services, principal, id)) }),
  );
  app.put(
    "/OS-AGENCY/agencies/:agency_id",
    {
      config: { access: ["iam:agencies:updateAgency"], trace: traced("agency", "updateAgency") },
      schema: {
        operationId: "updateAgency",
        summary: "Change an agency",
        tags,
        params,
        body: UpdateAgencyBody,
        response: { 200: AgencyBody, ...refusals },
      },
    },
    async ({ principal, params: { agency_id: id }, body: { agency } }) => {
      const { description, trust_domain_id: trustedId, trust_domain_name: trusted } = agency;
      const duration = durationOf(agency.duration);
      const change = {
        ...(description === undefined ? {} : { description }),
        ...(trustedId === undefined && trusted === undefined ? {} : { trusted: { id: trustedId, name: trusted } }),
        ...(duration === undefined ? {} : { duration }),
      };
      return { agency: await toAgency(services, await updateAgency(services, principal, id, change)) };
    },
  );
  app.delete(
    "/OS-AGENCY/agencies/:agency_id",
    {
      config: { access: ["iam:agencies:deleteAgency"], trace: traced("agency", "deleteAgency") },
      schema: { operationId: "deleteAgency", summary: "Delete an agency", tags, params, response: { 204: Type.Null(), ...refusals } },
    },
    async ({ principal, params: { agency_id: id } }, reply) => {
      await deleteAgency(services, principal, id);
      return await reply.code(204).send(null);
    },
  );
}

function durationOf(text: string | number | undefined): AgencyDuration | undefined {
  if (text === undefined || text === "FOREVER") {
    return text;
  }
  return text === "ONEDAY" ? 1 : Number(text);
}

async function toAgency(services: IdentityServices, agency: AgencyRecord): Promise<Agency> {
  const { id, name, domainId, description, trustedDomainName, createdAt, expiresAt } = agency;
  return {
    id,
    name,
    domain_id: domainId,
    trust_domain_id: (await findDomain(services, { name: trustedDomainName }))?.id ?? "",
    trust_domain_name: trustedDomainName,
    description,
    duration: expiresAt === undefined ? "FOREVER" : String(Math.round((expiresAt - createdAt) / msPerHour)),
    create_time: withMicroseconds(createdAt),
    expire_time: expiresAt === undefined ? null : withMicroseconds(expiresAt),
  };
}
