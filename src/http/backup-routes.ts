/** `GET /api/backup`: the embedded store as one file, while the bot runs. */
import type { FastifyInstance } from 'fastify';
import { BotError } from '../domain/errors.ts';
import type { Store } from '../store/store.ts';

/** Registers the route. */
export function backupRoutes(app: FastifyInstance, { backup }: Pick<Store, 'backup'>): void {
  app.get('/api/backup', async (_request, reply) => {
    if (!backup) throw new BotError('HTTP_NOT_FOUND', 'The store is a PostgreSQL; pg_dump makes backups of it.');
    const bytes = await backup();
    return reply
      .type('application/gzip')
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="glimpse-backup.tar.gz"')
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
}
