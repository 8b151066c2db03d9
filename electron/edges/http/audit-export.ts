import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { refusal } from '../../../shared/kernel/errors';
import type { StoreHolder } from '../../kernel/store-holder';
import type { AuditExport } from '../../nouns/audit/export';
import { publishedAnswers } from './document';
import { sendRefusal } from './refusals';
import { callerOf, walkOf } from './routes';

/** What the route needs. */
export type AuditExportParts = { readonly exportAudit: AuditExport; readonly holder: StoreHolder };

/**
 * Adds GET /governance/audit/export: the audit log with its checkpoints and keys as JSON lines, for the operator. It is no row
 * of the contract, because its answer is a stream. One that breaks off has no end line, and does not verify.
 */
export function addAuditExport(server: FastifyInstance, { exportAudit, holder }: AuditExportParts): void {
  server.route({
    method: 'GET',
    url: '/governance/audit/export',
    schema: {
      operationId: 'audit.export',
      summary:
        'The audit log with its checkpoints and public keys as JSON lines; verify-audit.mjs verifies it without Gatehouse.',
      response: publishedAnswers({
        description: 'The lines.',
        content: { 'application/x-ndjson': { schema: z.string() } },
      }),
    },
    handler(request, reply) {
      if (callerOf(request).role !== 'operator') return sendRefusal(reply, refusal('FORBIDDEN'));
      const state = holder.state();
      if (!state.isOpen) return sendRefusal(reply, refusal('STORE_UNAVAILABLE'));
      const lines = Readable.from(exportAudit(state.store.read, walkOf(reply)));
      return reply.header('content-type', 'application/x-ndjson').header('cache-control', 'no-store').send(lines);
    },
  });
}
