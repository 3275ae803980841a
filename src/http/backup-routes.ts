/** `GET /api/backup`: the embedded store as one file, while the bot runs. */
import type { FastifyInstance } from 'fastify';
import { BotError } from '../domain/errors.ts';
import { createShared } from '../lib/abortable.ts';
import type { Store } from '../store/store.ts';
import { signalOf } from './request-signal.ts';

/** Longest that who wants a backup waits for one: gigabytes on a slow disk take minutes. */
export const BACKUP_TIMEOUT_MS = 10 * 60_000;

/** Registers the route; who asks while one is being made gets the same: the store answers nobody meanwhile. */
export function backupRoutes(app: FastifyInstance, { backup }: Pick<Store, 'backup'>): void {
  const shared = backup && createShared(() => backup(), BACKUP_TIMEOUT_MS);
  app.get('/api/backup', async (_request, reply) => {
    if (!shared) throw new BotError('HTTP_NOT_FOUND', 'The store is a PostgreSQL; pg_dump makes backups of it.');
    const bytes = await shared(signalOf(reply, BACKUP_TIMEOUT_MS));
    return reply
      .type('application/gzip')
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="glimpse-backup.tar.gz"')
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
}
