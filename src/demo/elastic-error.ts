/** Refusals in Elasticsearch's own shape. */

/** A refusal that becomes an HTTP answer. */
export class ElasticError extends Error {
  readonly status: number;
  /** `parsing_exception` and its like. */
  readonly type: string;
  readonly index: string | undefined;

  constructor(status: number, type: string, reason: string, index?: string) {
    super(reason);
    this.name = 'ElasticError';
    this.status = status;
    this.type = type;
    this.index = index;
  }

  /** The body of the answer. */
  envelope(): object {
    const cause = { type: this.type, reason: this.message, ...(this.index !== undefined && { index: this.index }) };
    return { error: { root_cause: [cause], ...cause }, status: this.status };
  }
}

/** A query or aggregation that cannot be read, or is more than this small server knows. */
export function parsing(reason: string): ElasticError {
  return new ElasticError(400, 'parsing_exception', reason);
}

/** An argument that a query or aggregation cannot have. */
export function illegal(reason: string): ElasticError {
  return new ElasticError(400, 'illegal_argument_exception', reason);
}

/** A part of a request's body. */
export type Json = Readonly<Record<string, unknown>>;

/** A body's object. @throws ElasticError for anything else */
export function asObject(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw parsing(`[${what}] should be an object`);
}

/** The one member of an object, such as a query's name and its content. @throws ElasticError */
export function onlyMember(value: unknown, what: string): readonly [name: string, content: unknown] {
  const entries = Object.entries(asObject(value, what));
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw parsing(`[${what}] should have exactly one member`);
  return entry;
}
