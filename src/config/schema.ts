/** What `glimpse.yaml` may hold: the schema it is checked with, and that editors and docs are made from. */
import { z } from 'zod';
import type { ChatDefinition } from '../chat/chat.ts';
import { rosterKinds } from '../oncall/index.ts';
import type { RosterDefinition } from '../oncall/roster.ts';
import type { SourceDefinition } from '../sources/source.ts';
import { AlertPattern, Alerts, Maintenance, Owners, Template } from './alert-schema.ts';
import { shapeOf } from './check-shape.ts';
import {
  certificateAuthority,
  durationMs,
  entryName,
  GUESSABLE,
  httpUrl,
  isGuessable,
  labelMatch,
  secret,
  timeZone,
} from './fields.ts';
import { kindUnion } from './kind-union.ts';
import { listenAddress } from './listen.ts';
import { AlertReceiver, ChangeReceiver } from './receiver-schema.ts';
import { SCOPES } from './scopes.ts';

/** How long a source may take unless it says otherwise: what answers of the design promise. */
const SOURCE_TIMEOUT = '5s';

/** Keys that every source has, beside those of its kind. */
const commonSourceFields = {
  publicUrl: httpUrl.optional().describe('Address that people open, for links; left out: `url`'),
  ca: certificateAuthority
    .optional()
    .describe("Certificate (PEM) of the authority that signed the server's own, where that is none of the public ones"),
  env: z.string().min(1).max(64).optional().describe('What `in production` means: the environment it serves'),
  timeout: durationMs.prefault(SOURCE_TIMEOUT).describe('Longest that one fetch may take'),
  demo: z.boolean().default(false).describe('Its data are made up; every answer then says so'),
};

/** Whether raw questions are answered, in the words of its kind. */
function rawField({ kind, raw, rawPrefixes = [] }: Pick<SourceDefinition, 'kind' | 'raw' | 'rawPrefixes'>) {
  const prefixes = (rawPrefixes.length > 0 ? rawPrefixes : [kind]).map((prefix) => `\`${prefix}: …\``).join(', ');
  const meaning = raw
    ? `Whether people may ask it in its own language: ${prefixes}`
    : 'Of no effect here: it has no language of its own that people could ask in';
  return z.boolean().default(false).describe(meaning);
}

const QueryEntry = z.union([
  z.string().min(1),
  z.strictObject({
    pack: entryName.describe('A pack that ships with Glimpse'),
    source: entryName.optional().describe('The source its definitions ask, where they name none'),
  }),
  z.strictObject({
    path: z.string().min(1).describe('A folder of your own'),
    source: entryName.optional().describe('The source its definitions ask, where they name none'),
  }),
]);

const Place = z.strictObject({
  chat: entryName.describe('Name of the chat'),
  room: z.string().min(1).describe('Name of the room'),
});

/** A node of the tree of routes, as deep as people write it. */
const Route = z.strictObject({
  match: labelMatch
    .optional()
    .describe(
      'Labels an alert must have, each with its value or a list of values; `*` stands for any characters. Also `severity`, `source`, `hook`, `status` and attributes such as `service.name`. Left out: every alert',
    ),
  chat: entryName.optional().describe('Name of the chat; left out: that of the route above'),
  room: z.string().min(1).optional().describe('Name of the room; left out: that of the route above'),
  fallback: Place.optional().describe('Where critical alerts go when the room refuses them'),
  template: Template.optional().describe('Words of its own; what is left out is as in the route above'),
  continue: z.boolean().default(false).describe('Whether the routes behind it are asked too'),
  get routes() {
    return z.array(Route).max(100).default([]).describe('Narrower routes, the first that matches; else this one');
  },
});

const databaseUrl = secret.refine((value) => /^postgres(?:ql)?:\/\//.test(value.reveal()), {
  error: 'is no PostgreSQL address; write it like postgres://user:password@host:5432/glimpse',
});

/** How long an answer's own page works. */
const Answers = z.strictObject({
  keep: durationMs.prefault('90d').describe('How long an answer can be looked at under its own address'),
  megabytes: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(1024)
    .describe('What kept answers may take in the store together; the oldest go first'),
});

const scopes = z.array(z.enum(SCOPES)).min(1).max(SCOPES.length);
const SCOPE_WORDS =
  '`ask` questions, answers, pictures and completion; `read` what can be asked and kept answers; `alerts` alerts and changes, also questions about them; `metrics` the metrics of the bot; `admin` backups';

const Token = z.strictObject({
  name: entryName.describe('Whose it is; shown in the audit record'),
  token: secret
    .refine((token) => !isGuessable(token.reveal()), { error: GUESSABLE })
    .describe('The bearer token itself, of at least 16 characters'),
  scopes: scopes.default([...SCOPES]).describe(`What it may be used for: ${SCOPE_WORDS}; left out: everything`),
});

/** A proxy in front of the bot that makes out people. */
const TrustedProxy = z.strictObject({
  addresses: z
    .array(
      z.string().refine((text) => z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]).safeParse(text).success, {
        error: 'is no address or network, such as 10.0.0.7 or 10.0.0.0/8',
      }),
    )
    .min(1)
    .max(100)
    .describe('Where it calls from; the header of anybody else is not believed'),
  userHeader: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, { error: 'is not the name of a header' })
    .default('X-Forwarded-User')
    .describe('The header in which it names the person; it must replace what the person sent under that name'),
  scopes: scopes.default(['ask', 'read', 'alerts']).describe(`What these people may do: ${SCOPE_WORDS}`),
});

/** Where the bot writes its own metrics; they are on `/metrics` as well. */
const Carbon = z.strictObject({
  host: z.string().min(1).max(255).default('127.0.0.1').describe('Name or address of carbon'),
  port: z.int().min(1).max(65_535).default(2003).describe('Its plaintext port'),
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/, {
      error: 'is no path of Graphite; write it like services.glimpse.eu1',
    })
    .max(200)
    .default('glimpse')
    .describe('What the paths begin with; give each replica its own: `glimpse.${HOSTNAME}`'),
  interval: durationMs.prefault('60s').describe('How often; at least as long as the finest retention of Graphite'),
});

/** Builds the schema of the whole file for the kinds there are. */
export function configSchema(sourceKinds: readonly SourceDefinition[], chatKinds: readonly ChatDefinition[]) {
  return z.strictObject({
    listen: listenAddress
      .prefault('127.0.0.1:8484')
      .describe('Address and port; anything but loopback demands `tokens`. Port 0 picks a free one'),
    publicUrl: httpUrl.optional().describe('Address that people reach Glimpse under, for links to it'),
    zone: timeZone
      .optional()
      .describe("IANA time zone of answers where the asker's is not known; left out: the machine's"),
    data: z.string().min(1).default('./data').describe('Folder of the embedded store, where there is no `databaseUrl`'),
    databaseUrl: databaseUrl.optional().describe('PostgreSQL: `postgres://user:password@host/database`'),
    queries: z
      .array(QueryEntry)
      .max(100)
      .default([{ pack: 'machine' }, { pack: 'demo' }])
      .describe('Saved queries: packs by name, folders of your own by path; left out: machine and demo'),
    sources: z
      .record(entryName, kindUnion(sourceKinds.map(withCommonFields)))
      .default({})
      .describe('Where data come from; the key is the name of the source'),
    chats: z
      .record(entryName, kindUnion(chatKinds.map(({ options }) => options)))
      .default({})
      .describe('Where people ask; the key is the name of the chat'),
    operators: Place.optional().describe('The room that is told what goes wrong'),
    hooks: z.record(entryName, AlertReceiver).default({}).describe('Receivers of alerts: POST /hooks/KIND/KEY'),
    changes: z
      .record(entryName, ChangeReceiver)
      .default({})
      .describe('Receivers of deploys and other changes: POST /changes/KIND/KEY'),
    routes: z
      .array(Route)
      .max(1000)
      .default([])
      .describe(
        "Which alert goes to which room; the first that matches. Without any, alerts go to the operators' room",
      ),
    oncall: z
      .record(entryName, kindUnion(rosterKinds.map(withTimeout)))
      .default({})
      .describe('Where it is written who is on call; the key is the name of the roster'),
    maintenance: z
      .array(Maintenance)
      .max(200)
      .default([])
      .describe('When some alerts are expected: they are told and kept, without context and without waking anybody'),
    answers: Answers.prefault({}).describe('Answers that are kept for their pages'),
    alertPatterns: z
      .array(AlertPattern)
      .max(50)
      .default([])
      .describe(
        'Alerts in what other integrations post into rooms, beside those that are known anyway; the first that fits',
      ),
    owners: Owners.prefault({}).describe('Who is called (`@name`) when an alert of theirs fires, once'),
    alerts: Alerts.prefault({}).describe('How alerts live: repeats, silence, flapping, how long they are kept'),
    tokens: z.array(Token).max(100).default([]).describe('Bearer tokens for the HTTP interface'),
    carbon: Carbon.optional().describe(
      "Graphite's receiver, to which the bot writes its own metrics; left out: nowhere",
    ),
    proxy: TrustedProxy.optional().describe('A proxy in front of the bot whose word on who asks is taken'),
    requestsPerMinute: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(600)
      .describe(
        'What each token, person or address may ask over HTTP in a minute; hooks and programs of this machine are not counted',
      ),
    logLevel: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .optional()
      .describe('How much is logged, to stderr; left out: `info`, and `warn` where somebody asks at a terminal'),
  });
}

/** The file as it is checked, before its paths and entries are resolved. */
export type CheckedConfig = z.output<ReturnType<typeof configSchema>>;

/** The entry of a source: the options of its kind and the keys that all have. */
export function withCommonFields(
  definition: Pick<SourceDefinition, 'kind' | 'options' | 'raw' | 'rawPrefixes'>,
): z.ZodType {
  const { kind, options } = definition;
  if (!(options instanceof z.ZodObject))
    throw new TypeError(`The options of source kind ${kind} are no object schema.`);
  const own = shapeOf(options);
  const common = { ...commonSourceFields, raw: rawField(definition) };
  const missing = Object.entries(common).filter(([key]) => own[key] === undefined);
  return options.safeExtend(Object.fromEntries(missing));
}

/** The entry of a roster: the options of its kind and how long it may take. */
function withTimeout({ kind, options }: RosterDefinition): z.ZodType {
  if (!(options instanceof z.ZodObject))
    throw new TypeError(`The options of roster kind ${kind} are no object schema.`);
  return options.safeExtend({ timeout: commonSourceFields.timeout });
}
