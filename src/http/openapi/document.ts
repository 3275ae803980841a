/** The OpenAPI document, made from the routes that there are and their schemas. */
import type { RouteOptions } from 'fastify';
import { z } from 'zod';
import { OPERATIONS, type Operation } from './operations.ts';
import { RESPONSES } from './responses.ts';

/** A route as it was registered. */
export type Registered = Pick<RouteOptions, 'method' | 'url' | 'schema'>;

/** What the document says of the whole. */
export interface DocumentInfo {
  readonly version: string;
  readonly publicUrl?: string | undefined;
}

/** A route without the patterns of its parameters; schemas that are served are one operation. */
export function plainUrl(url: string): string {
  return url.replace(/\(.*?\)/g, '').replace(/^\/schema\/[\w-]+\.json$/, '/schema/:name.json');
}

/** Makes the document; pages for people and files of the console are no part of it. */
export function openApiDocument(routes: readonly Registered[], { version, publicUrl }: DocumentInfo) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    for (const method of [route.method].flat()) {
      const operation = OPERATIONS[`${method} ${plainUrl(route.url)}`];
      if (!operation) continue;
      const path = plainUrl(route.url).replace(/:(\w+)/g, '{$1}');
      paths[path] = { ...paths[path], [method.toLowerCase()]: operationJson(method, path, route, operation) };
    }
  }
  const schemas = Object.entries(RESPONSES).map(([name, schema]) => [name, jsonSchema(schema, 'output')]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Glimpse',
      version,
      description:
        'Metrics where people talk. A parameter or key that is not listed is refused; of pictures and CSV only one near a listed name.',
    },
    servers: [{ url: publicUrl ?? '/' }],
    security: [{ bearer: [] }, { session: [] }, {}],
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token of the config; on loopback not needed' },
        session: { type: 'apiKey', in: 'cookie', name: 'glimpse_session', description: 'Of a browser that signed in' },
      },
    },
  };
}

function operationJson(method: string, path: string, { schema }: Registered, operation: Operation) {
  const { tag, summary, isOpen = false } = operation;
  const parameters = [...pathParameters(path), ...parametersIn(schema?.querystring)];
  const body = bodyOf(method, schema?.body, operation);
  return {
    tags: [tag],
    summary,
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    ...(isOpen && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: responsesOf(operation),
  };
}

function responsesOf({ statuses = [200], gives, hasOwnRefusals = false }: Operation) {
  const content =
    'json' in gives
      ? { 'application/json': { schema: { $ref: `#/components/schemas/${gives.json}` } } }
      : { [gives.type]: {} };
  const problem = {
    description: 'Why not, with a code and what would work',
    content: {
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
      ...(hasOwnRefusals && { 'application/json': {} }),
    },
  };
  const good = statuses.map((status) => [String(status), { description: 'What was asked for', content }]);
  return { ...Object.fromEntries(good), '4XX': problem, '5XX': problem };
}

function bodyOf(method: string, body: unknown, { takes }: Operation) {
  if (method === 'GET') return undefined;
  if (body instanceof z.ZodType)
    return { required: true, content: { 'application/json': { schema: jsonSchema(body, 'input') } } };
  return takes === undefined ? undefined : { required: true, content: { [takes]: {} } };
}

function pathParameters(path: string) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 100 },
  }));
}

function parametersIn(query: unknown) {
  if (!(query instanceof z.ZodType)) return [];
  const { properties = {}, required = [] } = jsonSchema(query, 'input') as {
    properties?: Readonly<Record<string, { readonly description?: string }>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Readonly<Record<string, unknown>> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
