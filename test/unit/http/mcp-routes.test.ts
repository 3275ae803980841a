import { fastify } from 'fastify';
import { expect, it, onTestFinished, vi } from 'vitest';
import { mcpRoutes } from '../../../src/http/mcp-routes.ts';

it('answers a call that takes longer than a request may', async () => {
  const app = fastify();
  const late = new AbortController();
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(late.signal);
  onTestFinished(() => void vi.restoreAllMocks());
  mcpRoutes(app, '1', undefined);
  app.get('/api/changes', async () => {
    late.abort(new DOMException('late', 'TimeoutError'));
    return { changes: [], missing: ['marks of Graphite: no answer'] };
  });
  const outcome = app.inject({
    method: 'POST',
    url: '/mcp',
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
    payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'changes', arguments: {} } },
  });
  await expect(outcome.then(({ body }) => body)).resolves.toContain(
    'Nothing was changed.\\nNot available: marks of Graphite: no answer',
  );
});
