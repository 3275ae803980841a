/** Errors as Meteor and Rocket.Chat throw them, with the texts that clients see. */

/** What a method or an endpoint throws. */
export class Failure extends Error {
  /** Meteor's code, e.g. `error-not-allowed` or 403; absent for a plain `Error`. */
  readonly code: string | number | undefined;
  readonly reason: string | undefined;
  readonly details: unknown;

  constructor(message: string, code?: string | number, reason?: string, details?: unknown) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

/** A `Meteor.Error`: its message is the reason followed by the code in brackets. */
export function meteorError(code: string | number, reason?: string, details?: unknown): Failure {
  return new Failure(reason ? `${reason} [${code}]` : `[${code}]`, code, reason, details);
}

/** A plain `Error`: over REST only its text is seen. */
export function plainError(message: string): Failure {
  return new Failure(message);
}

/** What `check` of Meteor throws. */
export function matchError(what: string): Failure {
  return new Failure(`Match error: ${what}`);
}

/** The error object of a DDP `result` or `nosub`; plain errors are hidden from clients. */
export function toDdpError(error: unknown): Record<string, unknown> {
  const failure = error instanceof Failure ? error : plainError(String(error));
  if (failure.code === undefined && failure.message.startsWith('Match error')) {
    return toDdpError(meteorError(400, 'Match failed'));
  }
  if (failure.code === undefined) return toDdpError(meteorError(500, 'Internal server error'));
  return {
    isClientSafe: true,
    error: failure.code,
    ...(failure.reason !== undefined && { reason: failure.reason }),
    message: failure.message,
    ...(failure.details !== undefined && { details: failure.details }),
    errorType: 'Meteor.Error',
  };
}

/**
 * Texts that clients may meet, in one place so that they can be corrected against a live server.
 * Read from the sources of 6.x to 8.x, not heard from a running server.
 */
export const TEXTS = {
  mustLogIn: 'You must be logged in to do this.',
  loggedOut: "You've been logged out by the server. Please log in again.",
  expired: 'Your session has expired. Please log in again.',
  readOnly: "You can't send messages because the room is readonly.",
  fieldIncomplete: 'Invalid attachment field, title and value is required',
  badLink: 'Invalid href value provided',
  mayNotImpersonate: 'Not enough permission',
  notifyAll: 'Notify all in this room not allowed',
  /** What becomes of a send whose `_id` exists: the code goes on with nothing in hand. */
  existingId: "Cannot read properties of undefined (reading 'u')",
  customFields: 'Custom fields not enabled',
  roomMismatch: 'The room id provided does not match where the message is from.',
  unknownMessage: (id: string) => `No message found with the id of "${id}".`,
  tooMany: (seconds: number) =>
    `Error, too many requests. Please slow down. You must wait ${seconds} seconds before trying this endpoint again.`,
  tooManyDdp: (seconds: number) =>
    `Error, too many requests. Please slow down. You must wait ${seconds} seconds before trying again.`,
} as const;
