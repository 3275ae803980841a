/** The address that the bot listens on, and why it may not be had. */
import type { App } from '../app.ts';
import type { Config } from '../config/config.ts';
import { BotError } from '../domain/errors.ts';
import { type HeldPort, holdPort } from '../lib/held-port.ts';

/** Port 0 is picked before anything is built, since links need to know it, and held until the bot listens. Throws as {@link listen}. */
export async function withPort(config: Config): Promise<{ config: Config; held?: HeldPort }> {
  if (config.listen.port !== 0) return { config };
  const held = await holdPort(config.listen.host).catch((cause: NodeJS.ErrnoException) => {
    throw cannotListen(config, cause);
  });
  return { config: { ...config, listen: { ...config.listen, port: held.port } }, held };
}

/**
 * Opens the listener.
 *
 * @throws BotError `LISTEN_UNAVAILABLE`, or `CONFIG_INVALID` for what waiting does not mend
 */
export async function listen({ http }: App, config: Config): Promise<void> {
  try {
    // Fastify writes into what it is given
    await http.listen({ ...config.listen });
  } catch (cause) {
    throw cannotListen(config, cause as NodeJS.ErrnoException);
  }
}

function cannotListen({ listen: { host, port } }: Config, cause: NodeJS.ErrnoException): BotError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} of ${host} is taken: another Glimpse may be running, or has not ended yet. Stop it, or set \`listen\` or GLIMPSE_LISTEN to a port that is free; ${host}:0 picks one.`,
    EACCES: `The user that Glimpse runs as may not listen on port ${port}; ports above 1023 are open to everybody.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine; \`listen\` or GLIMPSE_LISTEN says where to listen.`,
    ENOTFOUND: `${host} has no address; \`listen\` or GLIMPSE_LISTEN says where to listen.`,
  };
  const message = reasons[cause.code ?? ''] ?? `Glimpse cannot listen on ${host}:${port}: ${cause.message}.`;
  // a port may be given back, an address or a name come up later; the right to listen does not come by itself
  return new BotError(cause.code === 'EACCES' ? 'CONFIG_INVALID' : 'LISTEN_UNAVAILABLE', message, {}, { cause });
}
