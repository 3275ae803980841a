/** Failures in graphite-web's two shapes: a refused parameter (400) and a function that broke (500). */

/** A failure that becomes an HTTP answer; its message is one sentence without paths of files. */
export class GraphiteError extends Error {
  readonly status: 400 | 500;

  constructor(status: 400 | 500, message: string) {
    super(message);
    this.name = 'GraphiteError';
    this.status = status;
  }
}

/** A parameter, function name or size that is refused: 400. */
export function refused(message: string): GraphiteError {
  return new GraphiteError(400, message);
}

/** A function called with arguments it cannot take: graphite-web answers 500. */
export function broken(message: string): GraphiteError {
  return new GraphiteError(500, message);
}
