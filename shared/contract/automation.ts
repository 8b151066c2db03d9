import { z } from 'zod';
import { storedTextSchema } from '../kernel/stored-text';
import { instantSchema } from '../kernel/time';

/** Where an automation can be. */
export const automationStatuses = ['draft', 'active', 'paused'] as const;

/** The status of an automation. */
export type AutomationStatus = (typeof automationStatuses)[number];

const idSchema = storedTextSchema.trim().min(1).max(200);

/** Declared capabilities: what an automation may do beyond running (spec/governance.md section 1). */
export const capabilitiesSchema = z.object({
  createsAgents: z.boolean().exactOptional(),
  modifiesGrants: z.boolean().exactOptional(),
});

/** An agent that takes part in an automation's flow; what Gatehouse does not know of it is kept. */
const flowAgentSchema = z.looseObject({
  agentId: idSchema,
  displayName: z.string().nullable().exactOptional(),
  skills: z.unknown().exactOptional(),
  toolPolicy: z.looseObject({}).nullable().exactOptional(),
  mcpPolicy: z
    .looseObject({ allowedServers: z.array(z.string()).nullable().exactOptional() })
    .nullable()
    .exactOptional(),
});

const flowSchema = z.looseObject({
  nodes: z
    .array(
      z.looseObject({
        nodeId: z.string().exactOptional(),
        agentId: storedTextSchema.max(200).exactOptional(),
        objective: z.string().exactOptional(),
        dependsOn: z.array(z.string()).nullable().exactOptional(),
      }),
    )
    .max(1_000)
    .exactOptional(),
});

const definitionShape = {
  name: z.string().trim().min(1).max(500),
  description: z.string().max(20_000).nullable().exactOptional(),
  status: z.enum(automationStatuses).exactOptional(),
  schedule: z.unknown().exactOptional(),
  agents: z.array(flowAgentSchema).max(500).exactOptional(),
  flow: flowSchema.exactOptional(),
  execution: z.unknown().exactOptional(),
  outputTargets: z.unknown().exactOptional(),
  workspaceRoot: z.string().nullable().exactOptional(),
  metadata: z.looseObject({}).nullable().exactOptional(),
  capabilities: capabilitiesSchema.nullable().exactOptional(),
};

/** An automation as a caller defines it. Fields that Gatehouse does not know are kept and returned (spec/api.md section 2). */
export const newAutomationSchema = z.looseObject({
  automationId: idSchema.exactOptional(),
  creatorId: z.string().max(200).exactOptional(),
  ...definitionShape,
});

/** Some fields of an automation; the ones that are absent stay as they are. */
export const automationPatchSchema = z.looseObject({ ...definitionShape, name: definitionShape.name.exactOptional() });

/** An automation as it is stored and answered. Capabilities are in `metadata.capabilities`. */
export const automationSchema = z.looseObject({
  automationId: z.string(),
  ...definitionShape,
  status: z.enum(automationStatuses),
  creatorId: z.string(),
  createdAtMs: instantSchema,
  updatedAtMs: instantSchema,
});

/** An automation as it is stored and answered. */
export type Automation = Readonly<z.infer<typeof automationSchema>>;

/** An automation as a caller defines it. */
export type NewAutomation = Readonly<z.infer<typeof newAutomationSchema>>;

/** Some fields of an automation. */
export type AutomationPatch = Readonly<z.infer<typeof automationPatchSchema>>;

/** The flags of a definition, false where it says nothing. */
export type DeclaredCapabilities = { readonly createsAgents: boolean; readonly modifiesGrants: boolean };

/** The agents that take part in an automation's flow, each once. */
export function flowAgentIds({ agents, flow }: Pick<Automation, 'agents' | 'flow'>): readonly string[] {
  const ids = [...(agents ?? []).map(({ agentId }) => agentId), ...(flow?.nodes ?? []).map(({ agentId }) => agentId)];
  return [...new Set(ids.filter((id): id is string => id !== undefined && id.trim() !== ''))];
}

/** The MCP servers that each agent of a definition may use; an agent that is in it twice may use those of both. */
export function allowedServers({ agents }: Pick<Automation, 'agents'>): ReadonlyMap<string, ReadonlySet<string>> {
  const servers = new Map<string, Set<string>>();
  for (const { agentId, mcpPolicy } of agents ?? []) {
    const known = servers.get(agentId) ?? new Set();
    servers.set(agentId, known);
    for (const server of mcpPolicy?.allowedServers ?? []) known.add(server);
  }
  return servers;
}
