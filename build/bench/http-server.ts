import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { agentCaller, openApp, operator, valueOf } from './app';
import { seededHome } from './seed';

// The process of the two servers that are compared: the app's API, and fastify with a bearer token and zod and nothing behind.
const app = openApp(seededHome({ approvals: 1_000, automations: 1_000, auditRows: 1_000 }));
const api = await app.startApi();
// Each token may send 200 requests a second; together they may send more than one process can answer.
const tokens: string[] = [];
for (let number = 0; number < 200; number++) {
  const made = await app.send(operator, 'token.create', { kind: 'engine', name: `engine ${number}` });
  tokens.push(valueOf(made).secret);
}
const known = new Set(tokens);

const rule = z.object({
  rule: z.string(),
  code: z.string(),
  value: z.union([z.number(), z.boolean(), z.string()]),
  limit: z.union([z.number(), z.boolean(), z.string(), z.null()]),
  is_met: z.boolean(),
});
const bare = fastify().withTypeProvider<ZodTypeProvider>();
bare.setValidatorCompiler(validatorCompiler);
bare.setSerializerCompiler(serializerCompiler);
bare.addHook('onRequest', (request, reply, done) => {
  if (known.has(request.headers.authorization?.slice('Bearer '.length) ?? '')) done();
  else void reply.code(401).send({ code: 'UNAUTHORIZED' });
});
const rules = Array.from({ length: 10 }, (_, index) => ({
  rule: `rule_${index}`,
  code: 'AUTOMATION_V2_CREATION_DISABLED',
  value: index,
  limit: 100,
  is_met: true,
}));
const schema = {
  params: z.object({ agent_id: z.string().min(1) }),
  response: { 200: z.object({ agent_id: z.string(), allowed: z.boolean(), rules: z.array(rule) }) },
};
bare.get('/governance/agents/:agent_id/allowance', { schema }, ({ params }) => ({
  agent_id: params.agent_id,
  allowed: true,
  rules,
}));
// The same with the decision behind it.
bare.get('/decided/governance/agents/:agent_id/allowance', { schema }, ({ params }) => {
  const agentId = params.agent_id;
  const { canCreate } = valueOf(app.query(agentCaller(agentId), 'agent.allowance', { agentId }));
  return { agent_id: agentId, allowed: canCreate, rules };
});
const bareUrl = await bare.listen({ host: '127.0.0.1', port: 0 });

process.once('disconnect', () => process.exit(0));
process.send?.({ apiUrl: api.url, bareUrl, tokens });
