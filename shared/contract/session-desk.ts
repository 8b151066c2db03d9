import { z } from 'zod';
import { instantSchema } from '../kernel/instant';
import { type ContractEntry, deskPage, query } from './contract-entry';
import { engines } from './engine';
import { listedSessionSchema } from './session';

const runIdSchema = z.string().min(1).max(400);

/** A session or a sub-agent of one, as the desk shows it in a line. */
const sessionLineSchema = listedSessionSchema.extend({
  /** Who works in it: the sub-agent where it is one's, else the same as `agentId`. */
  workerId: z.string(),
  /** When it last told of a call; absent where its calls are not kept any more, or there was none. */
  lastCallAtMs: instantSchema.exactOptional(),
  /** Requests of it that wait for the operator, those of its sub-agents with them. */
  waitingCount: z.int(),
  /** The one of them with the next deadline. */
  waitingId: z.string().exactOptional(),
});

/** A session as the desk shows it: with those of its sub-agents that are under way. */
export const deskSessionSchema = sessionLineSchema.extend({
  subAgentCount: z.int(),
  subAgents: z.array(sessionLineSchema),
});

/** A session or a sub-agent of one, in a line. */
export type SessionLine = Readonly<z.infer<typeof sessionLineSchema>>;

/** A session as the desk shows it. */
export type DeskSession = Readonly<z.infer<typeof deskSessionSchema>>;

/** Sub-agents under way that a session is listed with. */
export const MOST_SUB_AGENTS = 20;

/** The newest sessions whose projects can be chosen from. */
export const MOST_SESSIONS_OF_PROJECTS = 2_000;

/** What only the operator asks of sessions. */
export const sessionDeskContract = {
  'sessions.overview': {
    ...query('operator'),
    summary: 'Lists sessions with what waits of them and with their sub-agents under way, the newest first.',
    input: z.object({
      engine: z.enum(engines).exactOptional(),
      state: z.enum(['under_way', 'over']).exactOptional(),
      workspace: z.string().max(4_096).exactOptional(),
      /** Words, or their beginnings, that all have to be in its name, its folder, its branch or its agent. */
      text: z.string().max(200).exactOptional(),
      /** Those of one agent, or of a sub-agent, which are its own alone. */
      agentId: z.string().max(400).exactOptional(),
      ...deskPage,
    }),
    output: z.object({ sessions: z.array(deskSessionSchema), nextCursor: z.string().exactOptional() }),
  },
  'sessions.details': {
    ...query('operator'),
    summary: 'Answers one session, or one of a sub-agent, as the desk shows it.',
    input: z.object({ runId: runIdSchema }),
    output: z.object({ session: deskSessionSchema }),
  },
  'sessions.subAgents': {
    ...query('operator'),
    summary: 'Lists the sub-agents of a session, the newest first, over or not.',
    input: z.object({ runId: runIdSchema, ...deskPage }),
    output: z.object({ subAgents: z.array(sessionLineSchema), nextCursor: z.string().exactOptional() }),
  },
  'sessions.projects': {
    ...query('operator'),
    summary: 'The folders that the newest sessions work in, the one with the newest session first.',
    input: z.object({}),
    output: z.object({ workspaces: z.array(z.string()) }),
  },
} as const satisfies Record<string, ContractEntry>;
