/** What each route is for and what it answers: the part of the document that routes do not say themselves. */
import type { RESPONSES } from './responses.ts';

/** One operation. */
export interface Operation {
  readonly tag: 'questions' | 'answers' | 'alerts' | 'pages' | 'operations';
  readonly summary: string;
  /** Statuses of good answers; 200 unless given. */
  readonly statuses?: readonly number[];
  /** What a good answer is: JSON of a schema, or bytes of a media type. */
  readonly gives: { readonly json: keyof typeof RESPONSES } | { readonly type: string };
  /** Whether no credentials are asked for, or others than those of the interface. */
  readonly isOpen?: boolean;
  /** Whether the protocol that is spoken there has refusals of its own. */
  readonly hasOwnRefusals?: boolean;
  /** Media type of the body, where the route takes any. */
  readonly takes?: string;
}

const HTML = { type: 'text/html' } as const;
const hook = (what: string): Operation => ({
  tag: 'alerts',
  summary: `Takes ${what}; answered when they are stored`,
  statuses: [200, 202],
  gives: { json: 'Taken' },
  isOpen: true,
  takes: '*/*',
});
const probe = (what: string): Operation => ({
  tag: 'alerts',
  summary: `Says that ${what} are posted here`,
  gives: { type: 'text/plain' },
  isOpen: true,
});

/** By method and route. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST /api/ask': { tag: 'questions', summary: 'Answers a question', gives: { json: 'Answer' } },
  'POST /api/explain': {
    tag: 'questions',
    summary: 'Says how a question is understood',
    gives: { json: 'Explanation' },
  },
  'GET /api/queries': { tag: 'questions', summary: 'Lists what can be asked', gives: { json: 'Queries' } },
  'GET /api/complete': { tag: 'questions', summary: 'Completes a question', gives: { json: 'Completion' } },
  'GET /api/values': { tag: 'questions', summary: 'Lists what parameters may be', gives: { json: 'Values' } },
  'GET /api/usage': { tag: 'questions', summary: 'Says how queries are used', gives: { json: 'Usage' } },
  'GET /render': { tag: 'questions', summary: 'Draws the answer to a question', gives: { type: 'image/png' } },
  'POST /mcp': {
    tag: 'questions',
    summary: 'Speaks the Model Context Protocol',
    statuses: [200, 202],
    gives: { type: 'application/json' },
    takes: 'application/json',
    hasOwnRefusals: true,
  },
  'GET /api/answers/:id': { tag: 'answers', summary: 'Gives a kept answer', gives: { json: 'KeptAnswer' } },
  'GET /answers/:id': { tag: 'answers', summary: 'Shows a kept answer', gives: HTML },
  'GET /answers/:id.png': { tag: 'answers', summary: 'Draws a kept answer', gives: { type: 'image/png' } },
  'GET /answers/:id.csv': { tag: 'answers', summary: 'Gives the values of a kept answer', gives: { type: 'text/csv' } },
  'GET /api/alerts': { tag: 'alerts', summary: 'Lists alerts and changes', gives: { json: 'Alerts' } },
  'GET /api/alerts/:id': { tag: 'alerts', summary: 'Gives a group of alerts', gives: { json: 'Alert' } },
  'GET /api/alerts/:id/context': {
    tag: 'alerts',
    summary: 'Gathers the context of alerts',
    gives: { json: 'Context' },
  },
  'GET /api/changes': { tag: 'alerts', summary: 'Lists deploys and other changes', gives: { json: 'Changes' } },
  'POST /api/demo/alert': {
    tag: 'alerts',
    summary: 'Fires an alert of the demo data',
    statuses: [202],
    gives: { json: 'Fired' },
  },
  'POST /hooks/:format': hook('alerts'),
  'PUT /hooks/:format': hook('alerts'),
  'GET /hooks/:format': probe('alerts'),
  'POST /hooks/:format/:hook': hook('alerts'),
  'PUT /hooks/:format/:hook': hook('alerts'),
  'GET /hooks/:format/:hook': probe('alerts'),
  'POST /hooks/alertmanager-api-v2/api/v2/alerts': hook('alerts of Prometheus itself'),
  'POST /hooks/alertmanager-api-v2/:hook/api/v2/alerts': hook('alerts of Prometheus itself'),
  'POST /changes/:format': hook('changes'),
  'PUT /changes/:format': hook('changes'),
  'GET /changes/:format': probe('changes'),
  'POST /changes/:format/:hook': hook('changes'),
  'PUT /changes/:format/:hook': hook('changes'),
  'GET /changes/:format/:hook': probe('changes'),
  'GET /healthz': { tag: 'operations', summary: 'Says that it is alive', gives: { json: 'State' }, isOpen: true },
  'GET /readyz': {
    tag: 'operations',
    summary: 'Says whether all that it needs is usable',
    statuses: [200, 503],
    gives: { json: 'State' },
    isOpen: true,
  },
  'GET /api/backup': {
    tag: 'operations',
    summary: 'The embedded store as one file',
    gives: { type: 'application/gzip' },
  },
  'GET /schema/:name.json': {
    tag: 'operations',
    summary: 'JSON Schemas of the configuration and of saved queries, for editors',
    gives: { type: 'application/schema+json' },
  },
  'GET /metrics': { tag: 'operations', summary: 'Its own metrics, for Prometheus', gives: { type: 'text/plain' } },
  'GET /openapi.json': { tag: 'operations', summary: 'This document', gives: { type: 'application/json' } },
};
