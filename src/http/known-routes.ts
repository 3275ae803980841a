/** Which methods an address answers, so that a wrong one is told apart from an address that is none. */
import type { FastifyInstance } from 'fastify';

/** Gives the methods of a path, none where nothing answers. */
export type MethodsAt = (path: string) => readonly string[];

/** Takes note of every route that is registered later. */
export function rememberRoutes(app: FastifyInstance): MethodsAt {
  const routes: { readonly method: string | readonly string[]; readonly pattern: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => void routes.push({ method, pattern: patternOf(url) }));
  return (path) => {
    const place = path.replace(/(?<=.)\/$/, '');
    const methods = routes.filter(({ pattern }) => pattern.test(place)).flatMap(({ method }) => method);
    return [...new Set(methods)].sort();
  };
}

/** `/answers/:id([^.]+).png` and `/demo/*` as an expression; linear, as it has no more than one open part to a segment. */
function patternOf(url: string): RegExp {
  const parts = url.replace(/:\w+(\(.*?\))?|[\\^$.*+?()[\]{}|]/g, (part, own: string | undefined) => {
    if (part.startsWith(':')) return own ?? '[^/]+';
    return part === '*' ? '.*' : `\\${part}`;
  });
  return new RegExp(`^${parts}$`);
}
