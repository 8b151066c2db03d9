import { z } from 'zod';
import { riskLevels } from '../judgement';
import { actorSchema, agentIdSchema } from '../kernel/actor';
import { instantSchema } from '../kernel/instant';
import { storedTextSchema } from '../kernel/stored-text';
import { type ContractEntry, command, query } from './contract-entry';

/** Longest folder that can be untrusted, in characters. */
const LONGEST_FOLDER = 4_096;

const toolNameSchema = storedTextSchema.trim().min(1).max(2_000);
const definitionHashSchema = storedTextSchema.trim().min(1).max(200);

/** How dangerous a tool of an MCP server is, as the operator has said once (spec/judgement.md section 5). */
export const toolClassSchema = z.object({
  /** The agent that its engine is connected as. */
  agentId: z.string(),
  toolName: z.string(),
  level: z.enum(riskLevels),
  /** The hash of the definition that was classed, where one was known: a tool with another one is not classed. */
  definitionHash: z.string().exactOptional(),
  setAtMs: instantSchema,
  setBy: actorSchema,
});

/** How dangerous a tool is, as the operator has said once. */
export type ToolClass = Readonly<z.infer<typeof toolClassSchema>>;

/** A folder in which the operator trusts no agent: everything in it counts as outside (spec/judgement.md section 4). */
export const untrustedWorkspaceSchema = z.object({
  root: z.string(),
  untrustedAtMs: instantSchema,
  untrustedBy: actorSchema,
  reason: z.string().exactOptional(),
});

/** A folder in which the operator trusts no agent. */
export type UntrustedWorkspace = Readonly<z.infer<typeof untrustedWorkspaceSchema>>;

/** A tool that was asked about and that nobody has classed. */
export const unclassedToolSchema = z.object({
  agentId: z.string(),
  toolName: z.string(),
  /** The definition that was last asked about, where the asker has said it. */
  definitionHash: z.string().exactOptional(),
  /** How often, among the newest requests. */
  askedCount: z.int(),
  lastAskedAtMs: instantSchema,
});

/** A tool that was asked about and that nobody has classed. */
export type UnclassedTool = Readonly<z.infer<typeof unclassedToolSchema>>;

/** A folder in which agents have worked of late, or that is not trusted. */
export const listedWorkspaceSchema = z.object({
  root: z.string(),
  isTrusted: z.boolean(),
  untrustedAtMs: instantSchema.exactOptional(),
  lastUsedAtMs: instantSchema.exactOptional(),
});

/** A folder in which agents have worked of late, or that is not trusted. */
export type ListedWorkspace = Readonly<z.infer<typeof listedWorkspaceSchema>>;

const toolOfAgent = { agentId: agentIdSchema, toolName: toolNameSchema };
const folderSchema = storedTextSchema.min(1).max(LONGEST_FOLDER);
const reasonSchema = z.string().max(10_000);

/** What the operator says once of tools and folders. No agent or engine learns of it. */
export const trustContract = {
  'toolClasses.list': {
    ...query('operator'),
    summary:
      'How dangerous the operator has said that tools are, and which tools were asked about without such a word.',
    input: z.object({}),
    output: z.object({ toolClasses: z.array(toolClassSchema), unclassed: z.array(unclassedToolSchema) }),
    http: { method: 'GET', path: '/governance/tool_classes' },
  },
  'toolClass.set': {
    ...command('operator'),
    summary:
      'Says how dangerous a tool of an MCP server is, by its exact name and for the connection of this agent: low, normal or high.',
    input: z.strictObject({
      ...toolOfAgent,
      level: z.enum(riskLevels),
      definitionHash: definitionHashSchema.exactOptional(),
    }),
    output: z.object({ toolClass: toolClassSchema }),
    http: { method: 'POST', path: '/governance/tool_classes' },
  },
  'toolClass.clear': {
    ...command('operator'),
    summary: 'Takes back what was said of a tool: it is judged by its input and its name again.',
    input: z.strictObject(toolOfAgent),
    output: z.object({ wasClassed: z.boolean() }),
    http: { method: 'DELETE', path: '/governance/tool_classes' },
  },
  'workspaces.list': {
    ...query('operator'),
    summary: 'The folders in which agents have worked of late, and those that the operator does not trust.',
    input: z.object({}),
    output: z.object({ workspaces: z.array(listedWorkspaceSchema) }),
    http: { method: 'GET', path: '/governance/workspaces' },
  },
  'workspace.untrust': {
    ...command('operator'),
    summary: 'Trusts no agent in a folder, nor in those below it: all that changes anything there is of high risk.',
    input: z.strictObject({ folder: folderSchema, reason: reasonSchema.exactOptional() }),
    output: z.object({ workspace: untrustedWorkspaceSchema }),
    http: { method: 'POST', path: '/governance/workspaces/untrusted' },
  },
  'workspace.trust': {
    ...command('operator'),
    summary: 'Trusts agents in a folder again.',
    input: z.strictObject({ folder: folderSchema }),
    output: z.object({ wasUntrusted: z.boolean() }),
    http: { method: 'DELETE', path: '/governance/workspaces/untrusted' },
  },
} as const satisfies Record<string, ContractEntry>;
